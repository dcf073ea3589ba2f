package dev.tessera.kernels.simd;

import dev.tessera.internal.linear.SumLevels;
import dev.tessera.kernel.Activation;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Multiplies some rows by some panels of weights. One worker's memory, used again for every chunk.
///
/// Block of inputs by block, each panel goes through all rows before the next one comes: a panel of
/// a block stays in the first cache meanwhile, the rows' block and the sums in the second.
final class LinearBlock {
  /// Rows at a time: their blocks are 96 KB. With 96 rows instead the weights, which come from
  /// memory, are read twice as often.
  static final int MOST_ROWS = 192;

  /// Panels at a time: with all rows, at 512 bits, the sums are 192 KB.
  static final int MOST_PANELS = 8;

  private float[] sums = new float[0];
  private float[] totals = new float[0];
  private long plainNanos;
  private long vectorNanos;
  private long lastVectorNanos = Long.MAX_VALUE;

  /// Whether plain loops have worked as long as vector code has.
  boolean isVectorsTurn() {
    return vectorNanos <= plainNanos;
  }

  /// A tile's worth of results took so long.
  void took(boolean vectors, long nanos, VectorPace pace) {
    if (vectors) {
      vectorNanos += nanos;
      lastVectorNanos = nanos;
    } else {
      plainNanos += nanos;
      pace.compare((double) lastVectorNanos, (double) nanos);
    }
  }

  /// Computes elements of y.
  ///
  /// @param from the first row of `x`, at which a tile begins
  /// @param to behind the last row
  /// @param panel the first panel
  /// @param end behind the last panel
  /// @param y written: row `yRow` and on
  void multiply(
      LinearPanels weights,
      Activation activation,
      LinearRows x,
      int from,
      int to,
      int panel,
      int end,
      FloatMatrix y,
      long yRow) {
    int stride = (end - panel) * LinearPanels.COLUMNS;
    int size = Math.ceilDiv(to - from, ScreenTiles.MOST_POINTS) * ScreenTiles.MOST_POINTS * stride;
    if (sums.length < size) {
      sums = new float[size];
    }
    Arrays.fill(sums, 0, size, 0);
    SumLevels levels = weights.levels();
    int together = levels.blocksTogether();
    boolean grouped = levels.isGrouped();
    if (grouped) {
      if (totals.length < size) {
        totals = new float[size];
      }
      Arrays.fill(totals, 0, size, 0);
    }
    for (int block = 0; block < levels.blocks(); block++) {
      add(weights, x, from, to, panel, end, block, stride);
      if (grouped && ((block + 1) % together == 0 || block + 1 == levels.blocks())) {
        ActivationLoops.moveSums(sums, totals, size);
      }
    }
    finish(weights, activation, grouped ? totals : sums, to - from, panel, stride, y, yRow);
  }

  private void add(
      LinearPanels weights,
      LinearRows x,
      int from,
      int to,
      int panel,
      int end,
      int block,
      int stride) {
    int terms = weights.levels().terms(block);
    for (int p = panel; p < end; p++) {
      long at = weights.at(block, p);
      int column = (p - panel) * LinearPanels.COLUMNS;
      int width;
      for (int row = from; row < to; row += width) {
        width = x.width(row);
        ProductTiles.add(
            width,
            x.values(),
            x.start(row, block),
            terms,
            weights.weights(),
            at,
            sums,
            (row - from) * stride + column,
            stride);
      }
    }
  }

  private static void finish(
      LinearPanels weights,
      Activation activation,
      float[] sums,
      int rows,
      int panel,
      int stride,
      FloatMatrix y,
      long yRow) {
    int column = panel * LinearPanels.COLUMNS;
    int count = Math.min(stride, weights.outputs() - column);
    for (int row = 0; row < rows; row++) {
      int at = row * stride;
      activate(activation, sums, at, weights.bias(), column, stride);
      MemorySegment.copy(
          sums,
          at,
          y.segment(),
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          y.rowOffsetBytes(yRow + row) + column * 4L,
          count);
    }
  }

  private static void activate(
      Activation activation, float[] sums, int at, float[] bias, int column, int count) {
    switch (activation) {
      case NONE -> ActivationLoops.none(sums, at, bias, column, count);
      case GELU -> ActivationLoops.gelu(sums, at, bias, column, count);
      case GELU_TANH -> ActivationLoops.geluTanh(sums, at, bias, column, count);
      case TANH -> ActivationLoops.tanh(sums, at, bias, column, count);
      case RELU -> ActivationLoops.relu(sums, at, bias, column, count);
      case SILU -> ActivationLoops.silu(sums, at, bias, column, count);
    }
  }
}
