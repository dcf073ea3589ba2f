package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The centred codewords as rows, row j for code j, from which candidates are scored in float32:
/// aligned, padded with zeros. One more row, behind the last, stands for no codeword.
final class CodewordRows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int BYTES = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /// Codewords of a group, which are scored together: four sums hide each other's latency, and a
  /// point's elements are read once for all.
  static final int GROUP = 4;

  private final MemorySegment rows;
  private final int vectors;
  private final long strideBytes;
  private final float[] terms; // [rows + 1][2]: constant, norm
  private final float errorFactor;

  CodewordRows(Arena arena, CentredCodebook codebook, ErrorBounds bounds) {
    int codes = codebook.codes();
    vectors = vectors(codebook.dim());
    strideBytes = (long) vectors * BYTES;
    rows = arena.allocate(strideBytes * (codes + 1), Lanes.ALIGNMENT_BYTES);
    terms = new float[2 * (codes + 1)];
    errorFactor = RoundingError.roundUp(bounds.rescoring());
    float[] row = new float[codebook.dim()];
    for (int code = 0; code < codes; code++) {
      if (codebook.isOutlier(code)) {
        terms[2 * code] = Screen.NOBODY;
        continue;
      }
      terms[2 * code] = (float) codebook.constant(code);
      terms[2 * code + 1] = RoundingError.roundUp(codebook.norm(code));
      codebook.copyRow(code, row);
      MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_FLOAT, code * strideBytes, row.length);
    }
    terms[2 * codes] = Screen.NOBODY;
  }

  /// Vectors of a row: an even number, as [#bound] takes two at a time.
  static int vectors(int dim) {
    return 2 * Math.ceilDiv(dim, 2 * Lanes.COUNT);
  }

  /// How many roundings any product goes through on its way into a sum over a row.
  static int roundings(int dim) {
    return vectors(dim) / 2 + Lanes.COUNT + 2;
  }

  /// Bytes held.
  long bytes() {
    return rows.byteSize() + (long) terms.length * Float.BYTES;
  }

  /// Bounds of the scores that a point has with the codewords in rows `a` and `b`.
  ///
  /// @param x holds the point, padded with zeros, from byte `point`
  /// @param norm `|X| + omega` of the point
  /// @param lowers two lower bounds are written from `to` on
  /// @param uppers two upper bounds are written from `to` on
  void bound(
      int a,
      int b,
      MemorySegment x,
      long point,
      float norm,
      float[] lowers,
      float[] uppers,
      int to) {
    MemorySegment rows = this.rows;
    int vectors = this.vectors;
    long atA = a * strideBytes;
    long atB = b * strideBytes;
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < vectors; i += 2) {
      long at = (long) i * BYTES;
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, point + at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, point + at + BYTES, ORDER);
      a0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at, ORDER), a0);
      b0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atB + at, ORDER), b0);
      a1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at + BYTES, ORDER), a1);
      b1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atB + at + BYTES, ORDER), b1);
    }
    float scoreA = terms[2 * a] - a0.add(a1).reduceLanes(VectorOperators.ADD);
    float scoreB = terms[2 * b] - b0.add(b1).reduceLanes(VectorOperators.ADD);
    float errorA = error(a, norm);
    float errorB = error(b, norm);
    lowers[to] = scoreA - errorA;
    lowers[to + 1] = scoreB - errorB;
    uppers[to] = scoreA + errorA;
    uppers[to + 1] = scoreB + errorB;
  }

  /// Bounds of the score that a point has with the codeword in row `a`, lower and upper.
  void bound(int a, MemorySegment x, long point, float norm, float[] bounds) {
    MemorySegment rows = this.rows;
    int vectors = this.vectors;
    long atA = a * strideBytes;
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < vectors; i += 2) {
      long at = (long) i * BYTES;
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, point + at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, point + at + BYTES, ORDER);
      a0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at, ORDER), a0);
      a1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at + BYTES, ORDER), a1);
    }
    float score = terms[2 * a] - a0.add(a1).reduceLanes(VectorOperators.ADD);
    float error = error(a, norm);
    bounds[0] = score - error;
    bounds[1] = score + error;
  }

  /// Bounds of the scores that a point has with the [#GROUP] codewords whose rows are listed in
  /// `codes` from element `from` on; written to the same places of `lowers` and `uppers`.
  void bound(
      int[] codes,
      int from,
      MemorySegment x,
      long point,
      float norm,
      float[] lowers,
      float[] uppers) {
    MemorySegment rows = this.rows;
    int vectors = this.vectors;
    long atA = codes[from] * strideBytes;
    long atB = codes[from + 1] * strideBytes;
    long atC = codes[from + 2] * strideBytes;
    long atD = codes[from + 3] * strideBytes;
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector d0 = FloatVector.zero(FLOATS);
    FloatVector d1 = FloatVector.zero(FLOATS);
    for (int i = 0; i < vectors; i += 2) {
      long at = (long) i * BYTES;
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, x, point + at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, x, point + at + BYTES, ORDER);
      a0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at, ORDER), a0);
      b0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atB + at, ORDER), b0);
      c0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atC + at, ORDER), c0);
      d0 = x0.fma(FloatVector.fromMemorySegment(FLOATS, rows, atD + at, ORDER), d0);
      a1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atA + at + BYTES, ORDER), a1);
      b1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atB + at + BYTES, ORDER), b1);
      c1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atC + at + BYTES, ORDER), c1);
      d1 = x1.fma(FloatVector.fromMemorySegment(FLOATS, rows, atD + at + BYTES, ORDER), d1);
    }
    write(codes, from, a0.add(a1).reduceLanes(VectorOperators.ADD), norm, lowers, uppers);
    write(codes, from + 1, b0.add(b1).reduceLanes(VectorOperators.ADD), norm, lowers, uppers);
    write(codes, from + 2, c0.add(c1).reduceLanes(VectorOperators.ADD), norm, lowers, uppers);
    write(codes, from + 3, d0.add(d1).reduceLanes(VectorOperators.ADD), norm, lowers, uppers);
  }

  private void write(
      int[] codes, int i, float product, float norm, float[] lowers, float[] uppers) {
    int row = codes[i];
    float score = terms[2 * row] - product;
    float error = error(row, norm);
    lowers[i] = score - error;
    uppers[i] = score + error;
  }

  private float error(int row, float norm) {
    return errorFactor * (norm * terms[2 * row + 1] + Math.abs(terms[2 * row]))
        + ErrorBounds.UNDERFLOW;
  }
}
