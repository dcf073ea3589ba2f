package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Panels from which the tiles compute, for every point and codeword, a proven lower bound of the
/// score of [CentredCodebook] in float32.
///
/// Let `u = 2^-24`, `g(n) = n u / (1 - n u)`, and let `X`, `C` be a point and a codeword there, `p`
/// and `q` their first `depth` coordinates on orthonormal axes Q, and `t`, `s` the norms of what is
/// left, so that
///
/// ```
/// X.C <= p.q + t s
/// ```
///
/// by Cauchy and Schwarz (all coordinates: `t = s = 0`, and equality). What is computed are float32
/// `p^`, `q^` with `|p^ - p| <= d |X|`, `|q^ - q| <= d |C|` ([Projection]; `d = 0` without one),
/// from an `X` and a `C` that are off by at most `u |X|` and `u |C|` for being stored in float32
/// ([PointChunk] says why `|X|` here means `|X| + omega`). The tile's chain `constant - p^.q^ -
/// ...` has `depth + 1` fused steps, whose partial sums are at most `|constant| + |X| |C|`, so it
/// errs by at most `g(depth + 1)` times that. Altogether
///
/// ```
/// score >= chain - epsilon |X| |C| - g(depth + 2) |constant|,  epsilon = g(depth + 2) + 2 d + 2 u + (second order)
/// ```
///
/// The second term belongs to the codeword alone and goes into its constant. The first is a product
/// like `t s`, and both share the last step: by Cauchy and Schwarz again
///
/// ```
/// t s + epsilon |X| |C| <= sqrt(t^2 + epsilon |X|^2) sqrt(s^2 + epsilon |C|^2)
/// ```
///
/// so the window is per codeword and costs nothing. The tails err one way only: `t^2 <= |X|^2 -
/// |p^|^2 + 2 d |X|^2`, since `|p| >= |p^| - d |X|`; likewise s. All constants are then taken 10 %
/// larger, which covers the products of small terms and the rounding of the constants themselves.
final class Screen {
  /// Vectors of codewords in a panel.
  static final int VECTORS = 2;

  /// Codewords in a panel.
  static final int PANEL_CODES = VECTORS * Lanes.COUNT;

  /// What a lane without a codeword scores: above any score, and far from overflow.
  static final float NOBODY = ErrorBounds.NOBODY;

  private static final double SAFETY = 1.1;

  /// The coordinates of codewords.
  @FunctionalInterface
  interface Coordinates {
    /// Writes the first `depth` coordinates of `code`.
    void copy(int code, float[] target);
  }

  private final int[] codes;
  private final @Nullable Projection projection;
  private final MemorySegment panels;
  private final int count;
  private final int depth;
  private final double epsilon;
  private final double kappa;

  /// @param order the code in each place
  /// @param depth number of coordinates
  /// @param projection the axes that gave the coordinates, or null where they are the codeword's
  ///   own
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  Screen(
      Arena arena,
      CentredCodebook codebook,
      int[] order,
      int depth,
      Coordinates coordinates,
      @Nullable Projection projection,
      double windowFactor) {
    this.depth = depth;
    this.projection = projection;
    count = Math.ceilDiv(order.length, PANEL_CODES);
    int padded = Math.ceilDiv(count, CandidateScan.STEP) * CandidateScan.STEP * PANEL_CODES;
    codes = Arrays.copyOf(order, padded);
    Arrays.fill(codes, order.length, codes.length, order.length);
    double projectionError = projection == null ? 0 : projection.error();
    double chain = SAFETY * windowFactor * RoundingError.ofFloats(depth + 2);
    epsilon = chain + SAFETY * windowFactor * (2 * projectionError + 4 * RoundingError.FLOAT_UNIT);
    kappa =
        projection == null
            ? epsilon
            : epsilon
                + SAFETY
                    * windowFactor
                    * (2 * projectionError
                        + RoundingError.ofFloats(
                            CodewordRows.roundings(codebook.dim()) + depth + 8));
    panels = arena.allocate(count * panelBytes(), Lanes.ALIGNMENT_BYTES);
    float[] row = new float[Math.max(depth, codebook.dim())];
    for (int place = 0; place < count * PANEL_CODES; place++) {
      long at =
          place / PANEL_CODES * panelBytes()
              + (long) (place % VECTORS) * Lanes.BYTES
              + (long) (place % PANEL_CODES / VECTORS) * Float.BYTES;
      if (place >= order.length || codebook.isOutlier(order[place])) {
        panels.set(ValueLayout.JAVA_FLOAT, at, NOBODY);
        continue;
      }
      int code = order[place];
      coordinates.copy(code, row);
      double constant = codebook.constant(code);
      panels.set(
          ValueLayout.JAVA_FLOAT,
          at,
          RoundingError.roundDown(constant - chain * Math.abs(constant)));
      double square = 0;
      for (int k = 0; k < depth; k++) {
        at += (long) VECTORS * Lanes.BYTES;
        panels.set(ValueLayout.JAVA_FLOAT, at, -row[k]);
        square = Math.fma((double) row[k], row[k], square);
      }
      double whole = codebook.norm(code) * codebook.norm(code);
      double tail =
          projection == null
              ? 0
              : Math.max(0, whole - square) + 2 * SAFETY * windowFactor * projectionError * whole;
      at += (long) VECTORS * Lanes.BYTES;
      panels.set(
          ValueLayout.JAVA_FLOAT, at, -RoundingError.roundUp(Math.sqrt(tail + epsilon * whole)));
    }
  }

  /// The axes that points are projected onto, or null where their own coordinates count.
  @Nullable Projection projection() {
    return projection;
  }

  /// The code in a place, K where there is none, also in places that only pad the minima. The lane
  /// minima of pair i stand for places 2 i and 2 i + 1.
  int code(int place) {
    return codes[place];
  }

  MemorySegment panels() {
    return panels;
  }

  /// The number of panels.
  int count() {
    return count;
  }

  /// Bytes of a panel `[1 + steps][VECTORS][lanes]`.
  long panelBytes() {
    return (long) (1 + steps()) * VECTORS * Lanes.BYTES;
  }

  /// The number of coordinates of a point.
  int depth() {
    return depth;
  }

  /// The number of steps of the chain: the coordinates and the tail.
  int steps() {
    return depth + 1;
  }

  /// The last coordinate of a point: an upper bound of `sqrt(t^2 + epsilon |X|^2)`.
  ///
  /// @param tailSquare `|X|^2 - |p^|^2`, or 0 where the depth is the dimension
  /// @param norm `|X| + omega`
  float tail(double tailSquare, double norm) {
    return RoundingError.roundUp(Math.sqrt(Math.max(0, tailSquare) + kappa * norm * norm));
  }

  long bytes() {
    return panels.byteSize();
  }
}
