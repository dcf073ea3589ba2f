package dev.tessera.kernels.simd;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Decides chunk by chunk whether points are projected before they are screened. How many codewords
/// survive the projected screen depends on the data: it is tried, and where it costs more than the
/// screen over all coordinates, it rests and is tried again now and then.
final class ScreenChoice {
  /// Fewer dimensions or codewords leave nothing to gain by projecting.
  private static final int LEAST_DIM = 20;

  private static final int LEAST_CODES = 128;

  /// The depth to begin with.
  static final int FIRST_DEPTH = 16;

  /// While projecting does not pay, one chunk in so many tries it again: a chunk that is given up
  /// costs about one more, so this is 1 % on data without structure.
  private static final int RETRY = 128;

  /// A chunk is given up when its pairs would cost this many times what they may.
  private static final double PATIENCE = 2;

  /// Weight of the newest chunk in the mean number of pairs: chunks differ, and one bad one says
  /// little.
  private static final double NEWEST = 0.125;

  private final ScreenCosts costs;
  private final boolean possible;
  private final AtomicLong rowsWanted = new AtomicLong();
  private final AtomicInteger resting = new AtomicInteger();
  private final LongAdder projectedRows = new LongAdder();
  private final LongAdder denseRows = new LongAdder();
  private final LongAdder pairs = new LongAdder();
  private final AtomicInteger chunksAtDepth = new AtomicInteger();
  private volatile double meanPairs;

  ScreenChoice(FlatCodebook codebook) {
    costs = new ScreenCosts(codebook.operand());
    possible =
        codebook.operand().dim() >= LEAST_DIM
            && codebook.operand().codes() >= LEAST_CODES
            && (long) codebook.operand().codes() * PrincipalCoordinates.MOST_AXES
                < Integer.MAX_VALUE - PrincipalCoordinates.MOST_AXES * Projection.POINTS;
  }

  /// Whether there may be something to gain by projecting.
  boolean possible() {
    return possible;
  }

  /// Whether `rows` more points make it pay to find the axes, all points so far counted.
  boolean paysToPrepare(long rows) {
    double gain = costs.dense() - costs.projected(FIRST_DEPTH, 2);
    return possible && rowsWanted.addAndGet(rows) * gain > costs.projecting();
  }

  /// Whether the next chunk is to be projected.
  boolean project() {
    int rest = resting.get();
    if (rest <= 1) {
      return rest == 0 || resting.compareAndSet(1, RETRY);
    }
    resting.compareAndSet(rest, rest - 1);
    return false;
  }

  /// The most pairs that a projected chunk may score before it is given up.
  long budget(int depth, int rows) {
    double gain = costs.dense() - costs.projected(depth, 0);
    return (long) (PATIENCE * rows * Math.max(1, gain / costs.pair()));
  }

  /// A projected chunk of `rows` points is done.
  ///
  /// @param scored how many pairs were scored; the budget where it was given up
  void projected(int depth, int rows, long scored) {
    double now = (double) scored / rows;
    int chunks = resting.get() > 0 ? 1 : chunksAtDepth.incrementAndGet();
    double mean = meanPairs + Math.max(NEWEST, 1.0 / chunks) * (now - meanPairs);
    meanPairs = mean;
    projectedRows.add(rows);
    pairs.add(scored);
    resting.set(costs.projected(depth, mean) < costs.dense() ? 0 : RETRY);
  }

  /// The chunks that follow are projected onto other axes.
  void depthChanged() {
    chunksAtDepth.set(0);
  }

  /// A chunk of `rows` points went through the screen over all coordinates.
  void dense(int rows) {
    denseRows.add(rows);
  }

  /// What a row costs, from what the points so far needed.
  double nanosPerRow(int depth) {
    double projected = costs.projected(depth, projectedRows.sum() == 0 ? 4 : meanPairs);
    return resting.get() > 0 ? costs.dense() : Math.min(projected, costs.dense());
  }

  ScreenCosts costs() {
    return costs;
  }

  /// The share of points that were projected, and their pairs, in words.
  String describe(int depth, int dim) {
    long projected = projectedRows.sum();
    long whole = denseRows.sum();
    if (projected == 0) {
      return "screen over all %d dimensions".formatted(dim);
    }
    String pruned =
        "screen over %d principal axes of %d dimensions, %.1f codewords scored a row"
            .formatted(depth, dim, 2.0 * pairs.sum() / projected);
    return whole == 0
        ? pruned
        : pruned
            + ", for %.0f %% of the rows; over all dimensions for the others"
                .formatted(100.0 * projected / (projected + whole));
  }
}
