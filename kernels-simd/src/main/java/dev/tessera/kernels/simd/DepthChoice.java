package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Chooses how many principal axes a screen uses, from some points: few axes make a short screen
/// that leaves many codewords to score. Goes through the steps of [NearestOne] for each depth, in
/// plain loops.
final class DepthChoice {
  /// What is tried; each was best on one of the benchmarks' shapes, or near it.
  private static final int[] DEPTHS = {6, 8, 10, 12, 14, 16, 20, 24, 28, 32};

  /// Pairs of point and codeword looked at, twice: 5 ms.
  private static final int MOST_SAMPLES = 1 << 17;

  private static final int MOST_ROWS = 48;

  /// Fewer points are no sample.
  static final int LEAST_ROWS = 16;

  /// Pairs that one codeword within the limit makes: neighbours share a pair (0.6 to 0.9 measured).
  private static final double PAIRS_A_CODE = 0.75;

  private final PrincipalCoordinates principal;
  private final CentredCodebook codebook;
  private final int depths;
  private final int[] rows;
  private final float[] points; // [rows][stride]
  private final float[] tails; // [rows][depths]
  private final float[] code; // of the codeword at hand
  private final float[] codeTails;

  private DepthChoice(
      FlatCodebook flat, PrincipalCoordinates principal, PointChunk chunk, int count) {
    this.principal = principal;
    codebook = flat.centred();
    depths = depths(principal).length;
    int most = Math.clamp(MOST_SAMPLES / codebook.codes(), 4, Math.min(MOST_ROWS, count));
    rows =
        IntStream.range(0, most)
            .filter(row -> chunk.fate(row) == PointChunk.Fate.SCREENED)
            .toArray();
    points = project(chunk, most);
    tails = new float[rows.length * depths];
    for (int i = 0; i < rows.length; i++) {
      fillTails(points, at(i), chunk.square(rows[i]), tails, i * depths);
    }
    code = new float[principal.axes()];
    codeTails = new float[depths];
  }

  /// The depths there are to choose from.
  static int[] depths(PrincipalCoordinates principal) {
    return Arrays.stream(DEPTHS).filter(depth -> depth <= principal.axes()).toArray();
  }

  /// The depth of least cost for the first points of a chunk.
  static int best(FlatCodebook flat, PrincipalCoordinates principal, PointChunk chunk, int count) {
    DepthChoice choice = new DepthChoice(flat, principal, chunk, count);
    long[] within = choice.within(choice.limits(flat, chunk));
    ScreenCosts costs = new ScreenCosts(flat.operand());
    int best = Math.min(ScreenChoice.FIRST_DEPTH, principal.axes());
    double leastCost = Double.POSITIVE_INFINITY;
    for (int i = 0; i < choice.depths && choice.rows.length > 0; i++) {
      double pairs = 1 + PAIRS_A_CODE * within[i] / choice.rows.length;
      double cost = costs.projected(DEPTHS[i], pairs);
      if (cost < leastCost) {
        leastCost = cost;
        best = DEPTHS[i];
      }
    }
    return best;
  }

  private int at(int i) {
    return rows[i] * principal.stride();
  }

  private float[] project(PointChunk chunk, int count) {
    int block = Projection.POINTS;
    int stride = principal.stride();
    float[] projected = new float[Math.ceilDiv(count, block) * block * stride];
    try (Arena passing = Arena.ofShared()) {
      float[] points = Projection.newBlock();
      Projection projection = principal.projection(passing, principal.axes());
      for (int row = 0; row < count; row += block) {
        projection.project(
            chunk.rows(), chunk.start(row), chunk.stride(), points, projected, row * stride);
      }
    }
    return projected;
  }

  /// The norms of what is left behind each depth.
  private void fillTails(float[] coordinates, int from, float square, float[] target, int to) {
    float rest = square;
    int k = 0;
    for (int i = 0; i < depths; i++) {
      for (; k < DEPTHS[i]; k++) {
        rest -= coordinates[from + k] * coordinates[from + k];
      }
      target[to + i] = (float) Math.sqrt(Math.max(0, rest));
    }
  }

  private void take(int j) {
    System.arraycopy(principal.coordinates(), j * principal.stride(), code, 0, code.length);
    float norm = (float) codebook.norm(j);
    fillTails(code, 0, norm * norm, codeTails, 0);
  }

  /// For each point and depth the score of the better of the two codewords of least bounds.
  private float[] limits(FlatCodebook flat, PointChunk chunk) {
    float[] least = new float[2 * rows.length * depths];
    int[] codes = new int[2 * rows.length * depths];
    Arrays.fill(least, Float.POSITIVE_INFINITY);
    float[] bounds = new float[depths];
    for (int j = 0; j < codebook.codes(); j++) {
      if (!codebook.isOutlier(j)) {
        take(j);
        for (int i = 0; i < rows.length; i++) {
          bound(i, (float) codebook.constant(j), bounds);
          for (int depth = 0; depth < depths; depth++) {
            insert(least, codes, 2 * (i * depths + depth), bounds[depth], j);
          }
        }
      }
    }
    float[] limits = new float[rows.length * depths];
    float[] lowers = new float[2];
    float[] uppers = new float[2];
    for (int i = 0; i < limits.length; i++) {
      int row = rows[i / depths];
      flat.rows()
          .bound(
              codes[2 * i],
              codes[2 * i + 1],
              chunk.rows(),
              chunk.start(row),
              chunk.norm(row),
              lowers,
              uppers,
              0);
      limits[i] = Math.min(uppers[0], uppers[1]);
    }
    return limits;
  }

  /// Keeps the two least.
  private static void insert(float[] least, int[] codes, int at, float bound, int j) {
    if (bound < least[at]) {
      least[at + 1] = least[at];
      codes[at + 1] = codes[at];
      least[at] = bound;
      codes[at] = j;
    } else if (bound < least[at + 1]) {
      least[at + 1] = bound;
      codes[at + 1] = j;
    }
  }

  /// The lower bounds of the score of point i and the codeword at hand, for each depth.
  private void bound(int i, float constant, float[] bounds) {
    int point = at(i);
    float product = 0;
    int k = 0;
    for (int depth = 0; depth < depths; depth++) {
      for (; k < DEPTHS[depth]; k++) {
        product += points[point + k] * code[k];
      }
      bounds[depth] = constant - product - tails[i * depths + depth] * codeTails[depth];
    }
  }

  /// For each depth how many codewords of all points are within the limits.
  private long[] within(float[] limits) {
    long[] within = new long[depths];
    float[] bounds = new float[depths];
    for (int j = 0; j < codebook.codes(); j++) {
      if (!codebook.isOutlier(j)) {
        take(j);
        for (int i = 0; i < rows.length; i++) {
          bound(i, (float) codebook.constant(j), bounds);
          for (int depth = 0; depth < depths; depth++) {
            within[depth] += bounds[depth] <= limits[i * depths + depth] ? 1 : 0;
          }
        }
      }
    }
    return within;
  }
}
