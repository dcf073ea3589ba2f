package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// All codewords on the principal axes of the codebook, and an order in which neighbours lie
/// together.
final class PrincipalCoordinates {
  /// The most axes: with 48 no shape measured was faster than with 32.
  static final int MOST_AXES = 32;

  private final CentredCodebook codebook;
  private final float[][] axes;
  private final float[] coordinates;
  private final int stride;
  private final int[] order;

  private PrincipalCoordinates(CentredCodebook codebook, float[][] axes) {
    this.codebook = codebook;
    this.axes = axes;
    try (Arena passing = Arena.ofShared()) {
      Projection projection = new Projection(passing, axes, axes());
      stride = projection.stride();
      coordinates = project(projection);
    }
    order = PairOrder.of(coordinates, stride, axes(), codebook.codes());
  }

  /// The coordinates of all codewords, or null where all codewords are the same.
  static @Nullable PrincipalCoordinates of(CentredCodebook codebook) {
    float[][] axes = PrincipalAxes.of(codebook, Math.min(MOST_AXES, codebook.dim()));
    return axes[0].length == 0 ? null : new PrincipalCoordinates(codebook, axes);
  }

  private float[] project(Projection projection) {
    int codes = codebook.codes();
    int dim = codebook.dim();
    int block = Projection.POINTS;
    float[] projected = new float[Math.ceilDiv(codes, block) * block * stride];
    float[] row = new float[dim];
    float[] points = Projection.newBlock();
    float[] rows = new float[block * dim];
    for (int code = 0; code < codes; code++) {
      int place = code % block;
      if (codebook.isOutlier(code)) {
        Arrays.fill(row, 0);
      } else {
        codebook.copyRow(code, row);
      }
      System.arraycopy(row, 0, rows, place * dim, dim);
      if (place == block - 1 || code == codes - 1) {
        projection.project(rows, 0, dim, points, projected, (code - place) * stride);
      }
    }
    return projected;
  }

  /// The number of axes.
  int axes() {
    return axes[0].length;
  }

  /// The codewords' coordinates; those of a code begin at element `code * stride()`.
  float[] coordinates() {
    return coordinates;
  }

  int stride() {
    return stride;
  }

  /// Projects onto the first `depth` axes.
  Projection projection(Arena arena, int depth) {
    return new Projection(arena, axes, depth);
  }

  /// A screen over the first `depth` axes.
  Screen screen(Arena arena, ErrorBounds bounds, int depth) {
    return new Screen(
        arena,
        codebook,
        order,
        depth,
        (code, target) -> System.arraycopy(coordinates, code * stride, target, 0, depth),
        projection(arena, depth),
        bounds.windowFactor());
  }

  long bytes() {
    return (long) coordinates.length * Float.BYTES + (long) order.length * Integer.BYTES;
  }
}
