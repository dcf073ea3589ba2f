package dev.tessera.kernels.simd;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Screens every codeword, in float32 and register blocks, and looks closer at the few that may
/// win: for any dimension, metric, range and number of neighbours.
///
/// A [Screen] gives proven lower bounds of the scores; [NearestOne] and [NearestMany] say how they
/// decide. Where the data allow, the screen sees only some principal axes ([ScreenChoice]).
final class FlatSearch implements Search {
  private final FlatCodebook codebook;
  private final ScreenChoice choice;
  private final AtomicBoolean depthSampled = new AtomicBoolean();
  private volatile @Nullable DepthClimb climb;

  FlatSearch(NearestOperand operand) {
    this(operand, 1);
  }

  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  FlatSearch(NearestOperand operand, double windowFactor) {
    codebook = new FlatCodebook(operand, windowFactor);
    choice = new ScreenChoice(codebook);
  }

  FlatCodebook codebook() {
    return codebook;
  }

  /// A worker's memory.
  private static final class FlatScratch implements Scratch {
    final ScreenedChunk chunk;
    final NearestOne one;
    final NearestMany many;
    final int[] order;
    final int[] lows;
    final int[] highs;

    FlatScratch(FlatCodebook codebook) {
      chunk = new ScreenedChunk(codebook);
      NearestCodes nearest = new NearestCodes(codebook.operand());
      one = new NearestOne(codebook, chunk, nearest);
      many = new NearestMany(codebook, chunk, nearest);
      int capacity = ScreenedChunk.capacity(codebook.operand().codes());
      order = new int[capacity];
      lows = new int[capacity];
      highs = new int[capacity];
    }

    void orderAsGiven(int count) {
      for (int row = 0; row < count; row++) {
        order[row] = row;
      }
    }

    /// Orders the rows so that those with the same range share tiles.
    void orderByRange(CodeRanges ranges, long from, int count) {
      for (int row = 0; row < count; row++) {
        int low = ranges.low(from + row);
        int high = ranges.high(from + row);
        int place = row;
        while (place > 0
            && (lows[place - 1] > low || (lows[place - 1] == low && highs[place - 1] > high))) {
          lows[place] = lows[place - 1];
          highs[place] = highs[place - 1];
          order[place] = order[place - 1];
          place--;
        }
        lows[place] = low;
        highs[place] = high;
        order[place] = row;
      }
    }
  }

  @Override
  public Scratch newScratch() {
    return new FlatScratch(codebook);
  }

  @Override
  public int chunkRows() {
    return ScreenedChunk.capacity(codebook.operand().codes());
  }

  @Override
  public void prepare(long rows) {
    if (choice.paysToPrepare(rows)) {
      codebook.prepareProjected(ScreenChoice.FIRST_DEPTH);
    } else if (codebook.projected() == null) {
      codebook.dense();
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
    FlatScratch memory = (FlatScratch) scratch;
    int count = Math.toIntExact(to - from);
    CodeRanges ranges = options.ranges();
    if (ranges != null) {
      searchRanges(memory, points, from, count, options.neighbours(), ranges, ids, distances);
      return;
    }
    memory.orderAsGiven(count);
    if (options.neighbours() > 1) {
      Screen projected = codebook.projected();
      Screen screen = projected == null || !choice.project() ? codebook.dense() : projected;
      searchMany(memory, screen, points, from, count, options.neighbours(), ids, distances);
      return;
    }
    Screen projected = codebook.projected();
    if (projected == null
        || !choice.project()
        || !searchProjected(memory, projected, points, from, count, ids, distances)) {
      Screen dense = codebook.dense();
      memory.chunk.load(dense, points, from, memory.order, count);
      memory.chunk.screen();
      memory.one.search(dense, points, from, ids, distances, Long.MAX_VALUE);
      choice.dense(count);
    }
  }

  /// Returns false where so many codewords survived that the chunk was given up.
  private boolean searchProjected(
      FlatScratch memory,
      Screen screen,
      FloatMatrix points,
      long from,
      int count,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    memory.chunk.load(screen, points, from, memory.order, count);
    memory.chunk.screen();
    long budget = choice.budget(screen.depth(), count);
    long scored = memory.one.search(screen, points, from, ids, distances, budget);
    choice.projected(screen.depth(), count, scored < 0 ? budget : scored);
    chooseDepth(memory.chunk.points(), screen.depth(), count, scored < 0 ? budget : scored);
    return scored >= 0;
  }

  /// Chooses the depth for the chunks that follow.
  private void chooseDepth(PointChunk points, int depth, int count, long pairs) {
    PrincipalCoordinates principal = codebook.principal();
    DepthClimb climb = this.climb;
    int next = depth;
    if (climb != null) {
      next = climb.screened(depth, count, pairs);
    } else if (principal != null
        && count >= DepthChoice.LEAST_ROWS
        && depthSampled.compareAndSet(false, true)) {
      next = DepthChoice.best(codebook, principal, points, count);
      this.climb = new DepthClimb(choice.costs(), DepthChoice.depths(principal), next);
    }
    if (next != depth) {
      codebook.chooseDepth(next);
      choice.depthChanged();
    }
  }

  private void searchMany(
      FlatScratch memory,
      Screen screen,
      FloatMatrix points,
      long from,
      int count,
      int neighbours,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    memory.chunk.load(screen, points, from, memory.order, count);
    memory.chunk.screen();
    int codes = codebook.operand().codes();
    for (int row = 0; row < count; row++) {
      memory.many.search(screen, points, from + row, row, neighbours, 0, codes, ids, distances);
    }
  }

  private void searchRanges(
      FlatScratch memory,
      FloatMatrix points,
      long from,
      int count,
      int neighbours,
      CodeRanges ranges,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    Screen dense = codebook.dense();
    memory.orderByRange(ranges, from, count);
    memory.chunk.load(dense, points, from, memory.order, count);
    memory.chunk.screen(memory.lows, memory.highs);
    for (int row = 0; row < count; row++) {
      memory.many.search(
          dense,
          points,
          from + memory.order[row],
          row,
          neighbours,
          memory.lows[row],
          memory.highs[row],
          ids,
          distances);
    }
  }

  /// What a row is expected to cost one thread, in nanoseconds.
  double nanosPerRow(NearestOptions options) {
    Screen projected = codebook.projected();
    return projected == null || options.ranges() != null
        ? choice.costs().dense()
        : choice.nanosPerRow(projected.depth());
  }

  @Override
  public long preparedBytes() {
    return codebook.bytes();
  }

  @Override
  public long preparedNanos() {
    return codebook.preparedNanos();
  }

  @Override
  public String describe() {
    Screen projected = codebook.projected();
    return choice.describe(projected == null ? 0 : projected.depth(), codebook.operand().dim());
  }

  @Override
  public void close() {
    codebook.close();
  }
}
