package dev.tessera.kernels.simd;

import java.util.Arrays;

/// Looks for the depth of least cost, from the one that [DepthChoice] takes a few dozen points to
/// be best: measures it on a thousand points, then its neighbours, until neither is cheaper. Few
/// points make most of the pairs, and a small sample misses them: 16,384 codewords of 256
/// dimensions took 470 ms a call at the sampled depth of 12, and 170 at 16.
///
/// What is measured are pairs, not times, so that a busy machine misleads nobody. Thread-safe.
final class DepthClimb {
  /// Points that a depth is measured on.
  private static final long MEASURED_ROWS = 1024;

  private final ScreenCosts costs;
  private final int[] depths;
  private final double[] nanos;
  private int current;
  private long rows;
  private long pairs;
  private boolean settled;

  /// @param depths what there is to choose from, ascending
  /// @param depth where to begin
  DepthClimb(ScreenCosts costs, int[] depths, int depth) {
    this.costs = costs;
    this.depths = depths;
    nanos = new double[depths.length];
    Arrays.fill(nanos, Double.POSITIVE_INFINITY);
    current = Arrays.binarySearch(depths, depth);
    settled = current < 0;
  }

  /// Some points were screened.
  ///
  /// @return the depth for those that follow
  synchronized int screened(int depth, int rows, long pairs) {
    if (settled || depth != depths[current]) {
      return settled ? depth : depths[current];
    }
    this.rows += rows;
    this.pairs += pairs;
    if (this.rows >= MEASURED_ROWS) {
      nanos[current] = costs.projected(depth, (double) this.pairs / this.rows);
      this.rows = 0;
      this.pairs = 0;
      climb();
    }
    return depths[current];
  }

  private void climb() {
    int best = 0;
    for (int i = 1; i < nanos.length; i++) {
      best = nanos[i] < nanos[best] ? i : best;
    }
    if (isUnknown(best + 1)) {
      current = best + 1;
    } else if (isUnknown(best - 1)) {
      current = best - 1;
    } else {
      current = best;
      settled = true;
    }
  }

  private boolean isUnknown(int i) {
    return i >= 0 && i < nanos.length && nanos[i] == Double.POSITIVE_INFINITY;
  }
}
