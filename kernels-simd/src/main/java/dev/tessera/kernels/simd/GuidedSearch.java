package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Looks for the nearest codeword around a guess, by squared Euclidean distance: what k-means knows
/// from its last step leaves a handful of codewords to score.
///
/// With a the guess and j any codeword that the definition may prefer to those scored so far, both
/// within known distances of the point x, the triangle says
///
/// ```
/// |C_a - C_j| <= |X - C_a| + |X - C_j| <= sqrt(2 upper_a + |X|^2) + sqrt(2 limit + |X|^2)
/// ```
///
/// where `upper_a` bounds the score of a from above, and no codeword that may win scores above
/// `limit` ([ErrorBounds#limit]); both hold for the exact X, whose square is off by
/// [NeighbourLists#squareError]. So the neighbours of a are scored in order until they are farther
/// than that, and the limit falls on the way. Where that is beyond the list of neighbours, the row
/// is left to a search without a guess; so are rows with no guess and those that float32 cannot
/// hold.
///
/// Rows with the same guess are searched together: their codewords stay in the first-level cache.
final class GuidedSearch implements Search {
  /// Smaller codebooks are screened as fast.
  private static final int LEAST_CODES = 128;

  /// With fewer rows a codeword, listing the neighbours costs more than it saves: it takes about as
  /// long as screening a row.
  private static final int LEAST_ROWS_PER_CODE = 8;

  /// Rows a worker sorts by their guesses: several a codeword.
  private static final int CHUNK_ROWS_PER_CODE = 2;

  private static final int LEAST_CHUNK_ROWS = 1024;
  private static final int MOST_CHUNK_ROWS = 1 << 15;

  /// Rows that are centred together: they stay in the second-level cache.
  private static final int BLOCK_ROWS = 64;

  /// Where more than this share of a chunk is left over, guesses do not help with these data.
  private static final double MOST_LEFT = 0.5;

  /// Covers the roundings of two square roots and a sum in float64.
  private static final double ROUNDED_UP = 1 + 0x1p-48;

  private final FlatCodebook codebook;
  private final Search unguided;
  private final WorkerPool pool;
  private final double reachFactor;
  private final double squareFactor;
  private final LongAdder guidedRows = new LongAdder();
  private final LongAdder leftRows = new LongAdder();
  private final LongAdder scoredCodes = new LongAdder();
  private volatile long preparedNanos;
  private volatile @Nullable NeighbourLists lists;
  private volatile boolean givenUp;

  /// @param codebook what `unguided` searches, too
  /// @param unguided searches for the rows that are left over; closed by its owner
  GuidedSearch(FlatCodebook codebook, Search unguided, WorkerPool pool) {
    this(codebook, unguided, pool, 1);
  }

  /// @param reachFactor 1; anything less proves nothing, and lets a test show that it matters
  GuidedSearch(FlatCodebook codebook, Search unguided, WorkerPool pool, double reachFactor) {
    this.codebook = codebook;
    this.unguided = unguided;
    this.pool = pool;
    this.reachFactor = reachFactor;
    squareFactor = 1 + NeighbourLists.squareError(codebook.operand().dim());
  }

  /// Whether guesses are worth a look.
  static boolean serves(NearestOperand operand, NearestOptions options, long rows) {
    return options.guesses() != null
        && operand.metric() == Metric.L2
        && options.neighbours() == 1
        && options.ranges() == null
        && operand.codes() >= LEAST_CODES
        && rows / LEAST_ROWS_PER_CODE >= operand.codes();
  }

  /// One worker's memory.
  private final class GuidedScratch implements Scratch {
    final int codes = codebook.operand().codes();
    final int dim = codebook.operand().dim();
    final PointChunk points = new PointChunk(codebook.centred(), codebook.bounds(), BLOCK_ROWS);
    final NearestCodes nearest = new NearestCodes(codebook.operand());
    final Scratch unguidedScratch = unguided.newScratch();
    final int[] guesses = new int[chunkRows()];
    final int[] order = new int[chunkRows()];
    final int[] starts = new int[codes + 2];
    final int[] block = new int[BLOCK_ROWS];
    final float[] lowers = new float[NeighbourLists.MOST_CODES];
    final float[] uppers = new float[NeighbourLists.MOST_CODES];
    final LeftRows left = new LeftRows(unguided, unguidedScratch, dim);
    long scored;

    /// Orders the rows of a chunk by their guesses, those without one last.
    void sort(TokenIds ids, long from, int count) {
      Arrays.fill(starts, 0);
      for (int row = 0; row < count; row++) {
        int guess = ids.get(from + row);
        guesses[row] = guess >= 0 && guess < codes ? guess : codes;
        starts[guesses[row] + 1]++;
      }
      for (int code = 0; code <= codes; code++) {
        starts[code + 1] += starts[code];
      }
      for (int row = 0; row < count; row++) {
        order[starts[guesses[row]]++] = row;
      }
    }
  }

  @Override
  public Scratch newScratch() {
    return new GuidedScratch();
  }

  @Override
  public int chunkRows() {
    long rows = (long) CHUNK_ROWS_PER_CODE * codebook.operand().codes();
    return Math.clamp(rows, LEAST_CHUNK_ROWS, MOST_CHUNK_ROWS);
  }

  @Override
  public synchronized void prepare(long rows) {
    if (lists == null) {
      long start = System.nanoTime();
      lists = new NeighbourLists(codebook, pool);
      preparedNanos = System.nanoTime() - start;
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
    GuidedScratch memory = (GuidedScratch) scratch;
    NeighbourLists lists = this.lists;
    TokenIds guesses = options.guesses();
    if (givenUp || lists == null || guesses == null) {
      searchUnguided(memory, points, from, to, ids, distances);
      return;
    }
    int count = Math.toIntExact(to - from);
    memory.sort(guesses, from, count);
    memory.left.begin();
    memory.scored = 0;
    for (int start = 0; start < count; start += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, count - start);
      System.arraycopy(memory.order, start, memory.block, 0, rows);
      memory.points.load(points, from, memory.block, rows);
      for (int i = 0; i < rows; i++) {
        int row = memory.block[i];
        if (!find(memory, lists, memory.guesses[row], points, from + row, i, ids, distances)) {
          memory.left.add(points, from, row, ids, distances);
        }
      }
    }
    memory.left.search(from, ids, distances);
    guidedRows.add(count - memory.left.soFar());
    leftRows.add(memory.left.soFar());
    scoredCodes.add(memory.scored);
    if (memory.left.soFar() > MOST_LEFT * count) {
      giveUp(points.rows());
    }
  }

  /// From now on no row is guided; what prepares the other search for all rows is done now.
  private synchronized void giveUp(long rows) {
    if (!givenUp) {
      unguided.prepare(rows);
      givenUp = true;
    }
  }

  private void searchUnguided(
      GuidedScratch memory,
      FloatMatrix points,
      long from,
      long to,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    int step = unguided.chunkRows();
    for (long row = from; row < to; row += step) {
      unguided.search(
          memory.unguidedScratch,
          points,
          row,
          Math.min(to, row + step),
          NearestOptions.SINGLE,
          ids,
          distances);
    }
  }

  /// Writes the id of the point in place `i` of the block, or returns false where its neighbours do
  /// not prove it.
  private boolean find(
      GuidedScratch memory,
      NeighbourLists lists,
      int guess,
      FloatMatrix x,
      long xRow,
      int i,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    PointChunk points = memory.points;
    if (guess >= memory.codes || points.fate(i) != PointChunk.Fate.SCREENED) {
      return false;
    }
    int[] codes = lists.codes(guess);
    float[] far = lists.distances(guess);
    float[] lowers = memory.lowers;
    float[] uppers = memory.uppers;
    float square = points.square(i);
    double squareUp = square * squareFactor;
    double fromGuess = 0;
    float upper = Float.POSITIVE_INFINITY;
    float limit = Float.POSITIVE_INFINITY;
    double reach = Double.POSITIVE_INFINITY;
    int end = 0;
    while (end < codes.length && far[end] <= reach) {
      codebook
          .rows()
          .bound(codes, end, points.rows(), points.start(i), points.norm(i), lowers, uppers);
      if (end == 0) {
        fromGuess = Math.sqrt(Math.max(0, 2.0 * uppers[0] + squareUp));
      }
      float least =
          Math.min(
              Math.min(uppers[end], uppers[end + 1]), Math.min(uppers[end + 2], uppers[end + 3]));
      if (least < upper) {
        upper = least;
        limit = codebook.bounds().limit(upper, square);
        double toWinner = Math.sqrt(Math.max(0, 2.0 * limit + squareUp));
        reach = (fromGuess + toWinner) * ROUNDED_UP * reachFactor;
      }
      end += CodewordRows.GROUP;
    }
    memory.scored += end;
    if (end == codes.length && !(reach < lists.horizon(guess))) {
      return false;
    }
    decide(memory, codes, end, limit, x, xRow, i, ids, distances);
    return true;
  }

  private void decide(
      GuidedScratch memory,
      int[] codes,
      int end,
      float limit,
      FloatMatrix x,
      long xRow,
      int i,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    float[] lowers = memory.lowers;
    int within = 0;
    int only = 0;
    for (int place = 0; place < end; place++) {
      if (lowers[place] <= limit) {
        within++;
        only = codes[place];
      }
    }
    if (within == 1 && distances == null && !codebook.outlierWithin(memory.points, i, limit)) {
      ids.set(xRow, 0, only);
      return;
    }
    NearestCodes nearest = memory.nearest;
    nearest.begin(1);
    for (int place = 0; place < end; place++) {
      if (lowers[place] <= limit) {
        nearest.add(x, xRow, codes[place]);
      }
    }
    for (int code : codebook.centred().outliers()) {
      nearest.add(x, xRow, code);
    }
    nearest.write(ids, distances, xRow);
  }

  /// Rows that were left to the other search so far.
  long leftRows() {
    return leftRows.sum();
  }

  @Override
  public long preparedBytes() {
    NeighbourLists lists = this.lists;
    return lists == null ? 0 : lists.bytes();
  }

  @Override
  public long preparedNanos() {
    return preparedNanos;
  }

  @Override
  public String describe() {
    long guided = guidedRows.sum();
    long left = leftRows.sum();
    return "around guesses, %.1f codewords scored a row, %.1f %% of %d rows left over"
        .formatted(
            (double) scoredCodes.sum() / Math.max(1, guided + left),
            100.0 * left / Math.max(1, guided + left),
            guided + left);
  }

  @Override
  public void close() {}
}
