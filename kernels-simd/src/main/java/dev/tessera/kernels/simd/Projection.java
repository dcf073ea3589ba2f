package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.RoundingError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Orthonormal axes, packed, and the error of projecting onto them in float32.
///
/// With R the axes in float32 there is a Q with exactly orthonormal columns, R's polar factor, with
/// `|R - Q| <= |R'R - I|` (the singular values of R lie as close to 1 as their squares, or closer).
/// A sum of products in blocks of [#BLOCK] goes through at most `BLOCK + blocks` roundings, so each
/// coordinate errs by at most `gamma |R_k| |X|` and the vector of them by `gamma |R|_F |X|`.
/// Together `|R'X computed - Q'X| <= error |X|` with `error = gamma |R|_F + |R'R - I|_F`.
final class Projection {
  /// Terms of a partial sum: the bound on the error grows with the longest chain, not with dim.
  static final int BLOCK = ProductTiles.BLOCK;

  /// Points that are projected at once.
  static final int POINTS = ProductTile8x1.ROWS;

  private final MemorySegment axes;
  private final int dim;
  private final int vectors;
  private final double error;

  /// @param byElement `[dim][at least depth]`
  Projection(Arena arena, float[][] byElement, int depth) {
    dim = byElement.length;
    vectors = Math.ceilDiv(depth, Lanes.COUNT);
    axes = arena.allocate((long) dim * stride() * Float.BYTES, Lanes.ALIGNMENT_BYTES);
    for (int i = 0; i < dim; i++) {
      MemorySegment.copy(
          byElement[i], 0, axes, ValueLayout.JAVA_FLOAT, (long) i * stride() * Float.BYTES, depth);
    }
    double distortion = 0;
    double square = 0;
    for (int a = 0; a < depth; a++) {
      for (int b = 0; b < depth; b++) {
        double product = 0;
        for (int i = 0; i < dim; i++) {
          product = Math.fma((double) byElement[i][a], byElement[i][b], product);
        }
        double off = product - (a == b ? 1 : 0);
        distortion += off * off;
        square += a == b ? product : 0;
      }
    }
    double chain = RoundingError.ofFloats(Math.min(dim, BLOCK) + Math.ceilDiv(dim, BLOCK));
    error = 1.01 * (chain * Math.sqrt(square) + Math.sqrt(distortion));
  }

  /// The bound on the error of a projected point, as a multiple of its norm.
  double error() {
    return error;
  }

  /// Floats from one projected point to the next: the depth, rounded up to whole vectors.
  int stride() {
    return vectors * Lanes.COUNT;
  }

  long bytes() {
    return axes.byteSize();
  }

  /// Room for a block of [#POINTS] points, one a worker.
  static float[] newBlock() {
    return new float[POINTS * BLOCK];
  }

  /// Projects [#POINTS] points.
  ///
  /// @param x rows of points, the first at element `row`, `rowStride` apart
  /// @param block room for what is projected at a time
  /// @param out written: `[POINTS][stride()]` from element `to`
  void project(float[] x, int row, int rowStride, float[] block, float[] out, int to) {
    Arrays.fill(out, to, to + POINTS * stride(), 0);
    long axisStride = (long) vectors * Lanes.BYTES;
    for (int start = 0; start < dim; start += BLOCK) {
      int terms = Math.min(BLOCK, dim - start);
      for (int p = 0; p < POINTS; p++) {
        System.arraycopy(x, row + p * rowStride + start, block, p * BLOCK, terms);
      }
      for (int v = 0; v < vectors; v += 2) {
        long axis = start * axisStride + (long) v * Lanes.BYTES;
        int target = to + v * Lanes.COUNT;
        if (v + 1 < vectors) {
          ProductTile8x2.add(block, 0, terms, axes, axis, axisStride, out, target, stride());
        } else {
          ProductTile8x1.add(block, 0, terms, axes, axis, axisStride, out, target, stride());
        }
      }
    }
  }
}
