package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestOperand;

/// What a point costs in the screens, in nanoseconds, from constants measured at 512 bits on a Zen
/// 5 at 4.1 GHz (November 2026, one thread, the shapes of the benchmarks); narrower vectors cost in
/// proportion. Only ratios matter for choices.
final class ScreenCosts {
  /// One step of the tile for a vector of codewords: 240 to 258 GFLOP/s.
  private static final double STEP = 0.13;

  /// Reading a vector of minima three times, with its share of the tile's start and end.
  private static final double MINIMA = 1.2;

  /// Reading, centring and packing an element.
  private static final double ELEMENT = 0.35;

  /// Projecting an element onto a vector of axes.
  private static final double AXIS = 0.17;

  /// Scoring a codeword: a vector of elements, and what does not depend on them.
  private static final double CODEWORD_VECTOR = 1.1;

  private static final double CODEWORD = 20;

  /// Finding a pair of codewords among the minima and deciding about it, beside scoring it: the
  /// branches depend on the data and mispredict (65,536 x 1024 x 128: 12 axes leave 2.3 pairs a row
  /// more than 16 and take 92 ns more, although their screen is 45 ns shorter).
  private static final double PAIR = 16;

  /// Deciding about a point.
  private static final double POINT = 60;

  /// Finding the axes, an element of the sample: rounds of products with 32 axes.
  private static final double AXES_ELEMENT = 60;

  /// Projecting, ordering and packing an element of the codebook.
  private static final double CODEBOOK_ELEMENT = 12;

  private final int codes;
  private final int dim;

  ScreenCosts(NearestOperand operand) {
    codes = operand.codes();
    dim = operand.dim();
  }

  /// A point in the screen over all coordinates.
  double dense() {
    return tile(dim) + POINT + dim * ELEMENT + 1.1 * pair();
  }

  /// A point in a screen over `depth` axes.
  ///
  /// @param pairs how many pairs are scored
  double projected(int depth, double pairs) {
    return tile(depth)
        + POINT
        + dim * ELEMENT
        + (double) dim * Math.ceilDiv(depth, Lanes.COUNT) * AXIS
        + pairs * pair();
  }

  /// A pair of codewords found and scored.
  double pair() {
    return PAIR + codeword();
  }

  /// A codeword, or two at once, scored.
  double codeword() {
    return CODEWORD + (double) dim / Lanes.COUNT * CODEWORD_VECTOR;
  }

  /// What of a projected point is spent in the tile.
  double projectedTile(int depth) {
    return tile(depth);
  }

  private double tile(int depth) {
    double vectors = (double) codes / Lanes.COUNT;
    return vectors * ((depth + 1) * STEP + MINIMA / Screen.VECTORS);
  }

  /// Finding the principal axes of the codebook and packing a screen over them, once.
  double projecting() {
    return (double) Math.min(codes, PrincipalAxes.SAMPLE) * dim * AXES_ELEMENT
        + (double) codes * dim * CODEBOOK_ELEMENT;
  }
}
