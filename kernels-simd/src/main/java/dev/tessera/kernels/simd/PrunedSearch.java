package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Lets a [PrincipalTree] exclude most codewords of a large codebook unseen, where the data allow
/// it; leaves all else to a [FlatSearch].
///
/// Chunks through the tree are counted, and compared by cost with the screens: where the tree does
/// not pay, it rests, and is tried again now and then; where its code is not compiled by then, it
/// is abandoned, since it never would be.
final class PrunedSearch implements Search {
  /// Smaller codebooks are screened as fast.
  private static final int LEAST_CODES = 2048;

  /// With fewer dimensions a [TreeSearch] serves, and the screens do not project.
  private static final int LEAST_DIM = 20;

  /// While the tree does not pay, one chunk in so many tries it again, which may cost two screens;
  /// after each failure in a row, one in twice as many.
  private static final int RETRY = 256;

  private static final int MOST_RETRY = 1 << 24;

  /// Failures in a row after which it is abandoned: code that runs so rarely is never compiled
  /// altogether, and its vectors are objects, 2 MB for a chunk.
  private static final int MOST_FAILURES = 3;

  /// Unless so many rows went through the tree: then its code is compiled.
  private static final long COMPILED_ROWS = 1 << 16;

  /// Rows of trials that are judged together until it is compiled: a few rows say little.
  private static final int JUDGED_ROWS = 128;

  /// Rows that try the tree until its vector code is compiled, so that a cold call does not wait.
  private static final int TRIAL_ROWS = 8;

  /// What they may take of the time of the others.
  private static final double TRIAL_SHARE = 0.2;

  /// Compiled code takes less for a row, interpreted code 20 times as much.
  private static final double COMPILED_NANOS = 50_000;

  /// Ordering and packing a codeword.
  private static final double CODEWORD_NANOS = 1500;

  /// Testing a point against the boxes of a node or the codewords of a leaf, in nanoseconds, at 512
  /// bits on a Zen 5 at 4.1 GHz.
  private static final double BOXES_NANOS = 7;

  private static final double LEAF_NANOS = 6;

  /// Locating, and deciding about, a point.
  private static final double POINT_NANOS = 110;

  private final FlatSearch flat;
  private final FlatCodebook codebook;
  private final ScreenCosts costs;
  private final boolean possible;
  private final double factor;
  private final AtomicLong rowsWanted = new AtomicLong();
  private final AtomicInteger resting = new AtomicInteger();
  private volatile int retry = RETRY;
  private int failures; // in a row
  private int judgedRows;
  private double judgedNanos;
  private long judgedCodes;
  private volatile boolean abandoned;
  private final LongAdder prunedRows = new LongAdder();
  private final LongAdder scoredCodes = new LongAdder();
  private final LongAdder preparedNanos = new LongAdder();
  private final LongAdder trialNanos = new LongAdder();
  private final LongAdder flatNanos = new LongAdder();
  private volatile boolean compiled;
  private volatile @Nullable PrincipalTree tree;

  PrunedSearch(FlatSearch flat) {
    this(flat, 1);
  }

  /// @param factor 1; anything less proves nothing, and lets a test show that it matters
  PrunedSearch(FlatSearch flat, double factor) {
    this.flat = flat;
    this.factor = factor;
    codebook = flat.codebook();
    costs = new ScreenCosts(codebook.operand());
    possible = codebook.operand().codes() >= LEAST_CODES && codebook.operand().dim() >= LEAST_DIM;
  }

  FlatCodebook codebook() {
    return codebook;
  }

  private static final class PrunedScratch implements Scratch {
    final Scratch flat;
    @Nullable PrunedChunk chunk;

    PrunedScratch(Scratch flat) {
      this.flat = flat;
    }
  }

  @Override
  public Scratch newScratch() {
    return new PrunedScratch(flat.newScratch());
  }

  @Override
  public int chunkRows() {
    return possible ? PrunedChunk.capacity(codebook.operand().dim()) : flat.chunkRows();
  }

  @Override
  public void prepare(long rows) {
    flat.prepare(rows);
    PrincipalCoordinates principal = codebook.principal();
    if (!possible || tree != null || principal == null) {
      return;
    }
    double gain = rowsWanted.addAndGet(rows) * 0.5 * costs.projected(PrincipalTree.AXES, 2);
    if (gain > CODEWORD_NANOS * codebook.operand().codes()) {
      prepareTree(principal);
    }
  }

  private synchronized void prepareTree(PrincipalCoordinates principal) {
    if (tree == null && PrincipalTree.serves(codebook.centred(), principal)) {
      long start = System.nanoTime();
      tree = new PrincipalTree(codebook.arena(), codebook.centred(), principal, factor);
      preparedNanos.add(System.nanoTime() - start);
    }
  }

  @Override
  public void search(
      Scratch scratch,
      FloatMatrix points,
      long from,
      long to,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    PrunedScratch memory = (PrunedScratch) scratch;
    PrincipalTree tree = this.tree;
    long row = from;
    if (tree != null
        && options.neighbours() == 1
        && options.ranges() == null
        && to - from >= PrunedChunk.LEAST_ROWS
        && isTimeToTry()) {
      long end = compiled ? to : from + TRIAL_ROWS;
      long start = System.nanoTime();
      if (prune(memory, tree, points, from, Math.toIntExact(end - from), ids, distances)) {
        row = end;
      }
      trialNanos.add(System.nanoTime() - start);
      compiled |= System.nanoTime() - start < COMPILED_NANOS * (end - from);
    }
    if (row < to) {
      long start = System.nanoTime();
      int step = flat.chunkRows();
      for (; row < to; row += step) {
        long end = Math.min(to, row + step);
        flat.search(memory.flat, points, row, end, options, ids, distances);
      }
      flatNanos.add(System.nanoTime() - start);
    }
  }

  private boolean isTimeToTry() {
    if (abandoned) {
      return false;
    }
    if (!compiled && trialNanos.sum() > TRIAL_SHARE * flatNanos.sum()) {
      return false;
    }
    int rest = resting.get();
    if (rest <= 1) {
      return rest == 0 || resting.compareAndSet(1, retry);
    }
    resting.compareAndSet(rest, rest - 1);
    return false;
  }

  private boolean prune(
      PrunedScratch memory,
      PrincipalTree tree,
      FloatMatrix points,
      long from,
      int rows,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    PrunedChunk chunk = memory.chunk;
    if (chunk == null) {
      chunk = new PrunedChunk(codebook, tree, chunkRows());
      memory.chunk = chunk;
    }
    long boxTests = chunk.boxTests();
    long leafTests = chunk.leafTests();
    boolean done = chunk.search(points, from, rows, ids, distances);
    double nanos =
        costs.projected(PrincipalTree.AXES, 0)
            - costs.projectedTile(PrincipalTree.AXES)
            + POINT_NANOS
            + TreeTile.VECTORS
                * (BOXES_NANOS * (chunk.boxTests() - boxTests)
                    + LEAF_NANOS * (chunk.leafTests() - leafTests))
                / rows
            + costs.codeword() * chunk.scored() / rows;
    judge(done, nanos, rows, chunk.scored());
    if (done) {
      prunedRows.add(rows);
      scoredCodes.add(chunk.scored());
    }
    return done;
  }

  /// Whether the tree is not tried any more.
  boolean isAbandoned() {
    return abandoned;
  }

  /// Learns from some rows whether the tree pays.
  private synchronized void judge(boolean done, double nanosPerRow, int rows, int scored) {
    double flatNanos = flat.nanosPerRow(NearestOptions.SINGLE);
    if (compiled) {
      boolean pays = done && nanosPerRow < flatNanos;
      retry = pays ? RETRY : Math.min(2 * retry, MOST_RETRY);
      resting.set(pays ? 0 : retry);
      failures = pays ? 0 : failures + 1;
      abandoned |= failures >= MOST_FAILURES && prunedRows.sum() < COMPILED_ROWS;
      return;
    }
    judgedRows += rows;
    judgedNanos += rows * nanosPerRow;
    judgedCodes += scored;
    if (judgedRows >= JUDGED_ROWS) {
      abandoned =
          judgedNanos >= judgedRows * flatNanos
              || judgedCodes >= (long) PrunedChunk.MOST_SCORED * judgedRows;
      judgedRows = 0;
      judgedNanos = 0;
      judgedCodes = 0;
    }
  }

  /// What a row is expected to cost one thread, in nanoseconds.
  double nanosPerRow(NearestOptions options) {
    return flat.nanosPerRow(options);
  }

  @Override
  public long preparedBytes() {
    PrincipalTree tree = this.tree;
    return flat.preparedBytes() + (tree == null ? 0 : tree.bytes());
  }

  @Override
  public long preparedNanos() {
    return flat.preparedNanos() + preparedNanos.sum();
  }

  @Override
  public String describe() {
    long rows = prunedRows.sum();
    return rows == 0
        ? flat.describe()
        : "tree over %d principal axes of %d dimensions, %.1f codewords scored a row, for %d rows; %s"
            .formatted(
                PrincipalTree.AXES,
                codebook.operand().dim(),
                (double) scoredCodes.sum() / rows,
                rows,
                flat.describe());
  }

  @Override
  public void close() {
    flat.close();
  }
}
