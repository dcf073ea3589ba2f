package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The centred codewords as rows, row j for code j, from which candidates are scored in float32:
/// padded with zeros. One more row, behind the last, stands for no codeword.
final class CodewordRows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LANES = Lanes.COUNT;

  /// Elements of a block of rows, at most, where a row is not longer.
  private static final int BLOCK_ELEMENTS = 1 << 18;

  /// Codewords of a group, which are scored together: four sums hide each other's latency, and a
  /// point's elements are read once for all.
  static final int GROUP = 4;

  private final float[][] blocks; // arrays: each access to a segment is checked more dearly
  private final int blockShift; // a block has 2^blockShift rows
  private final int stride;
  private final float[] terms; // [rows + 1][2]: constant, norm
  private final float errorFactor;

  CodewordRows(CentredCodebook codebook, ErrorBounds bounds) {
    int codes = codebook.codes();
    stride = stride(codebook.dim());
    blockShift = 31 - Integer.numberOfLeadingZeros(Math.max(1, BLOCK_ELEMENTS / stride));
    blocks = new float[(codes >>> blockShift) + 1][];
    for (int block = 0; block < blocks.length; block++) {
      int count = Math.min(1 << blockShift, codes + 1 - (block << blockShift));
      blocks[block] = new float[count * stride];
    }
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
      System.arraycopy(row, 0, block(code), start(code), row.length);
    }
    terms[2 * codes] = Screen.NOBODY;
  }

  /// Vectors of a row: an even number, as [#bound] takes two at a time.
  static int vectors(int dim) {
    return 2 * Math.ceilDiv(dim, 2 * LANES);
  }

  /// Elements of a row.
  static int stride(int dim) {
    return vectors(dim) * LANES;
  }

  private float[] block(int row) {
    return blocks[row >>> blockShift];
  }

  /// Where a row begins in its block.
  private int start(int row) {
    return (row & ((1 << blockShift) - 1)) * stride;
  }

  /// How many roundings any product goes through on its way into a sum over a row.
  static int roundings(int dim) {
    return vectors(dim) / 2 + Lanes.COUNT + 2;
  }

  /// Bytes held.
  long bytes() {
    return ((long) terms.length / 2 * stride + terms.length) * Float.BYTES;
  }

  /// Bounds of the scores that a point has with the codewords in rows `a` and `b`.
  ///
  /// @param x holds the point, padded with zeros, from element `point`
  /// @param norm `|X| + omega` of the point
  /// @param lowers two lower bounds are written from `to` on
  /// @param uppers two upper bounds are written from `to` on
  void bound(
      int a, int b, float[] x, int point, float norm, float[] lowers, float[] uppers, int to) {
    int stride = this.stride;
    float[] rowsA = block(a);
    int atA = start(a);
    float[] rowsB = block(b);
    int atB = start(b);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    for (int at = 0; at < stride; at += 2 * LANES) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, point + at);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, point + at + LANES);
      a0 = x0.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at), a0);
      b0 = x0.fma(FloatVector.fromArray(FLOATS, rowsB, atB + at), b0);
      a1 = x1.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at + LANES), a1);
      b1 = x1.fma(FloatVector.fromArray(FLOATS, rowsB, atB + at + LANES), b1);
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
  void bound(int a, float[] x, int point, float norm, float[] bounds) {
    int stride = this.stride;
    float[] rowsA = block(a);
    int atA = start(a);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    for (int at = 0; at < stride; at += 2 * LANES) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, point + at);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, point + at + LANES);
      a0 = x0.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at), a0);
      a1 = x1.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at + LANES), a1);
    }
    float score = terms[2 * a] - a0.add(a1).reduceLanes(VectorOperators.ADD);
    float error = error(a, norm);
    bounds[0] = score - error;
    bounds[1] = score + error;
  }

  /// Bounds of the scores that a point has with the [#GROUP] codewords whose rows are listed in
  /// `codes` from element `from` on; written to the same places of `lowers` and `uppers`.
  void bound(
      int[] codes, int from, float[] x, int point, float norm, float[] lowers, float[] uppers) {
    int stride = this.stride;
    float[] rowsA = block(codes[from]);
    int atA = start(codes[from]);
    float[] rowsB = block(codes[from + 1]);
    int atB = start(codes[from + 1]);
    float[] rowsC = block(codes[from + 2]);
    int atC = start(codes[from + 2]);
    float[] rowsD = block(codes[from + 3]);
    int atD = start(codes[from + 3]);
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector b0 = FloatVector.zero(FLOATS);
    FloatVector b1 = FloatVector.zero(FLOATS);
    FloatVector c0 = FloatVector.zero(FLOATS);
    FloatVector c1 = FloatVector.zero(FLOATS);
    FloatVector d0 = FloatVector.zero(FLOATS);
    FloatVector d1 = FloatVector.zero(FLOATS);
    for (int at = 0; at < stride; at += 2 * LANES) {
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, point + at);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, point + at + LANES);
      a0 = x0.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at), a0);
      b0 = x0.fma(FloatVector.fromArray(FLOATS, rowsB, atB + at), b0);
      c0 = x0.fma(FloatVector.fromArray(FLOATS, rowsC, atC + at), c0);
      d0 = x0.fma(FloatVector.fromArray(FLOATS, rowsD, atD + at), d0);
      a1 = x1.fma(FloatVector.fromArray(FLOATS, rowsA, atA + at + LANES), a1);
      b1 = x1.fma(FloatVector.fromArray(FLOATS, rowsB, atB + at + LANES), b1);
      c1 = x1.fma(FloatVector.fromArray(FLOATS, rowsC, atC + at + LANES), c1);
      d1 = x1.fma(FloatVector.fromArray(FLOATS, rowsD, atD + at + LANES), d1);
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
