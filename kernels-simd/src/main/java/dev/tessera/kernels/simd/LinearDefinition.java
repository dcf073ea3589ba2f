package dev.tessera.kernels.simd;

import dev.tessera.kernel.LinearOperand;
import dev.tessera.tensor.FloatMatrix;

/// Plain loops for a tile's worth of results, which serve until the JVM has compiled the vector
/// code: sums in float64, two rows side by side.
final class LinearDefinition {
  private LinearDefinition() {}

  /// Computes the results of one tile: the rows of `x` from `row` on, and one panel.
  static void multiply(
      LinearOperand operand, LinearRows x, int row, int panel, FloatMatrix y, long yRow) {
    int first = panel * LinearPanels.COLUMNS;
    int end = Math.min(operand.outputs(), first + LinearPanels.COLUMNS);
    int rows = Math.min(x.width(row), x.count() - row);
    for (int output = first; output < end; output++) {
      for (int p = 0; p < rows; p += 2) {
        multiply(operand, x, row, p, output, y, yRow, p + 1 < rows);
      }
    }
  }

  private static void multiply(
      LinearOperand operand,
      LinearRows x,
      int row,
      int p,
      int output,
      FloatMatrix y,
      long yRow,
      boolean both) {
    FloatMatrix weight = operand.weight();
    FloatMatrix bias = operand.bias();
    float[] values = x.values();
    double acc0 = bias == null ? 0 : bias.get(0, output);
    double acc1 = acc0;
    for (int i = 0; i < operand.inputs(); i++) {
      int block = i / ProductTiles.BLOCK;
      int at = x.start(row, block) + p * ProductTiles.BLOCK + i % ProductTiles.BLOCK;
      double w = weight.get(output, i);
      acc0 = Math.fma(values[at], w, acc0);
      acc1 = Math.fma(values[at + ProductTiles.BLOCK], w, acc1); // a padding row, where it is none
    }
    y.set(yRow + p, output, (float) operand.activation().apply(acc0));
    if (both) {
      y.set(yRow + p + 1, output, (float) operand.activation().apply(acc1));
    }
  }
}
