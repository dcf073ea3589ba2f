package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;

/// Chooses how many principal axes a screen uses, from points whose nearest codewords are known:
/// few axes make a short screen that leaves many codewords to score.
final class DepthChoice {
  /// What is tried; each measured best on one of the benchmarks' shapes, or near it.
  private static final int[] DEPTHS = {6, 8, 10, 12, 14, 16, 20, 24, 28, 32};

  /// Pairs of point and codeword looked at: 2 ms.
  private static final int MOST_SAMPLES = 1 << 18;

  /// Points looked at.
  private static final int MOST_ROWS = 48;

  /// Fewer points are no sample.
  static final int LEAST_ROWS = 16;

  /// Pairs scored for each codeword within the limit: neighbours share a pair, but some limits are
  /// higher while the winner is not yet known.
  private static final double PAIRS_A_CODE = 0.8;

  private DepthChoice() {}

  /// The depth of least cost for the chunk's points.
  ///
  /// @param found holds their limits
  static int best(
      FlatCodebook codebook,
      PrincipalCoordinates principal,
      ScreenedChunk chunk,
      NearestOne found) {
    ScreenCosts costs = new ScreenCosts(codebook.operand());
    long[] within = new long[DEPTHS.length];
    int rows =
        Math.clamp(
            MOST_SAMPLES / codebook.operand().codes(), 4, Math.min(MOST_ROWS, chunk.count()));
    float[] points = project(principal, chunk, rows);
    float[] tails = tails(points, principal, chunk, rows);
    float[] code = new float[principal.axes()];
    float[] codeTails = new float[DEPTHS.length];
    int sampled = 0;
    for (int row = 0; row < rows; row++) {
      sampled += chunk.points().fate(row) == PointChunk.Fate.SCREENED ? 1 : 0;
    }
    for (int j = 0; j < codebook.operand().codes(); j++) {
      if (codebook.centred().isOutlier(j)) {
        continue;
      }
      System.arraycopy(principal.coordinates(), j * principal.stride(), code, 0, code.length);
      float norm = (float) codebook.centred().norm(j);
      tails(code, 0, norm * norm, codeTails, 0);
      float constant = (float) codebook.centred().constant(j);
      for (int row = 0; row < rows; row++) {
        if (chunk.points().fate(row) == PointChunk.Fate.SCREENED) {
          count(
              points,
              row * principal.stride(),
              tails,
              row * DEPTHS.length,
              code,
              codeTails,
              constant - found.limit(row),
              within);
        }
      }
    }
    int best = Math.min(ScreenChoice.FIRST_DEPTH, principal.axes());
    double leastCost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < DEPTHS.length && DEPTHS[i] <= principal.axes(); i++) {
      double pairs = 1 + PAIRS_A_CODE * within[i] / Math.max(1, sampled);
      double cost = costs.projected(DEPTHS[i], pairs);
      if (cost < leastCost) {
        leastCost = cost;
        best = DEPTHS[i];
      }
    }
    return best;
  }

  private static float[] project(PrincipalCoordinates principal, ScreenedChunk chunk, int rows) {
    int block = Projection.POINTS;
    PointChunk points = chunk.points();
    float[] projected = new float[Math.ceilDiv(rows, block) * block * principal.stride()];
    try (Arena passing = Arena.ofConfined()) {
      Projection projection = principal.projection(passing, principal.axes());
      for (int row = 0; row < rows; row += block) {
        projection.project(
            points.rows(),
            points.offsetBytes(row),
            points.strideBytes(),
            projected,
            row * principal.stride());
      }
    }
    return projected;
  }

  private static float[] tails(
      float[] points, PrincipalCoordinates principal, ScreenedChunk chunk, int rows) {
    float[] tails = new float[rows * DEPTHS.length];
    for (int row = 0; row < rows; row++) {
      tails(
          java.util.Arrays.copyOfRange(
              points, row * principal.stride(), row * principal.stride() + principal.axes()),
          0,
          chunk.points().square(row),
          tails,
          row * DEPTHS.length);
    }
    return tails;
  }

  /// The norms of what is left behind each depth.
  private static void tails(float[] vector, int from, float square, float[] tails, int to) {
    float rest = square;
    int k = 0;
    for (int i = 0; i < DEPTHS.length && DEPTHS[i] <= vector.length; i++) {
      for (; k < DEPTHS[i]; k++) {
        rest -= vector[from + k] * vector[from + k];
      }
      tails[to + i] = (float) Math.sqrt(Math.max(0, rest));
    }
  }

  /// Counts for each depth whether the lower bound is within the limit.
  ///
  /// @param excess the codeword's constant less the point's limit
  private static void count(
      float[] points,
      int point,
      float[] tails,
      int tail,
      float[] code,
      float[] codeTails,
      float excess,
      long[] within) {
    float product = 0;
    int k = 0;
    for (int i = 0; i < DEPTHS.length && DEPTHS[i] <= code.length; i++) {
      for (; k < DEPTHS[i]; k++) {
        product += points[point + k] * code[k];
      }
      if (excess > product + tails[tail + i] * codeTails[i]) {
        return; // deeper screens exclude it, too
      }
      within[i]++;
    }
  }
}
