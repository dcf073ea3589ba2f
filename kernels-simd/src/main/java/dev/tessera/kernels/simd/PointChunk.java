package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Some points in the coordinates of [CentredCodebook], as rows padded with zeros.
///
/// Moving to the mean rounds each element by at most u relative to the result; normalising (cosine)
/// adds an error of u relative to the normalised element ([ErrorBounds#omega()]).
final class PointChunk {
  /// What becomes of a point.
  enum Fate {
    /// The screen finds its codewords.
    SCREENED,
    /// Its squares leave the range in which float32 is proven, or it holds a NaN or an infinity:
    /// the definition decides alone.
    DEFINED
  }

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LANES = Lanes.COUNT;

  /// Squares of norms that can be normalised.
  private static final float LEAST_SQUARE = 0x1p-80f;

  private static final float GREATEST_SQUARE = 0x1p80f;

  private final int dim;
  private final int stride;
  private final boolean normalised;
  private final float scale;
  private final double omega;
  private final float[] rows;
  private final float[] mean;
  private final float[] squares;
  private final float[] norms;
  private final Fate[] fates;

  /// @param capacity the most points
  PointChunk(CentredCodebook codebook, ErrorBounds bounds, int capacity) {
    dim = codebook.dim();
    stride = CodewordRows.stride(dim);
    normalised = codebook.metric() == Metric.COSINE;
    scale = codebook.scale();
    omega = bounds.omega();
    rows = new float[Math.multiplyExact(stride, capacity)];
    mean = Arrays.copyOf(codebook.mean(), stride);
    squares = new float[capacity];
    norms = new float[capacity];
    fates = new Fate[capacity];
  }

  /// Reads rows `from + order[0]` to `from + order[count - 1]` of `points`.
  ///
  /// All are copied first: back to back, the copies run at the speed of the memory, and the
  /// arithmetic finds its rows in the cache (65,536 x 256: 6.3 ms became 5 ms).
  void load(FloatMatrix points, long from, int[] order, int count) {
    for (int row = 0; row < count; row++) {
      MemorySegment.copy(
          points.segment(),
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          points.rowOffsetBytes(from + order[row]),
          rows,
          start(row),
          dim);
    }
    for (int row = 0; row < count; row++) {
      centre(row);
    }
  }

  private void centre(int row) {
    int at = start(row);
    float factor = 1;
    boolean safe = true;
    if (normalised) {
      float square = square(rows, at, stride);
      safe = square >= LEAST_SQUARE && square <= GREATEST_SQUARE;
      factor = safe ? (float) (1 / Math.sqrt(square)) : 0;
    }
    float square = centre(rows, at, mean, factor, scale, stride);
    if (safe && square <= CentredCodebook.GREATEST_POINT_SQUARE) { // false for a NaN
      fates[row] = Fate.SCREENED;
      squares[row] = square;
      norms[row] = RoundingError.roundUp(Math.sqrt(square) + omega);
    } else {
      fates[row] = Fate.DEFINED;
      squares[row] = 0;
      norms[row] = 0;
      Arrays.fill(rows, at, at + stride, 0);
    }
  }

  private static float square(float[] rows, int at, int stride) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < stride; i += 2 * LANES) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, rows, at + i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, rows, at + i + LANES);
      sum0 = x0.fma(x0, sum0);
      sum1 = x1.fma(x1, sum1);
    }
    return sum0.add(sum1).reduceLanes(VectorOperators.ADD);
  }

  /// Replaces a row by `(row factor - mean) scale` and returns the sum of its squares.
  private static float centre(
      float[] rows, int at, float[] mean, float factor, float scale, int stride) {
    FloatVector sum0 = FloatVector.zero(FLOATS);
    FloatVector sum1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < stride; i += 2 * LANES) {
      FloatVector mean0 = FloatVector.fromArray(FLOATS, mean, i);
      FloatVector mean1 = FloatVector.fromArray(FLOATS, mean, i + LANES);
      FloatVector x0 = FloatVector.fromArray(FLOATS, rows, at + i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, rows, at + i + LANES);
      x0 = x0.mul(factor).sub(mean0).mul(scale);
      x1 = x1.mul(factor).sub(mean1).mul(scale);
      x0.intoArray(rows, at + i);
      x1.intoArray(rows, at + i + LANES);
      sum0 = x0.fma(x0, sum0);
      sum1 = x1.fma(x1, sum1);
    }
    return sum0.add(sum1).reduceLanes(VectorOperators.ADD);
  }

  Fate fate(int row) {
    return fates[row];
  }

  float[] rows() {
    return rows;
  }

  /// Elements from one point to the next.
  int stride() {
    return stride;
  }

  /// The element at which a point begins in [#rows()].
  int start(int row) {
    return row * stride;
  }

  /// `|X|^2` of a point.
  float square(int row) {
    return squares[row];
  }

  /// `|X| + omega` of a point.
  float norm(int row) {
    return norms[row];
  }
}
