package dev.tessera.kernels.simd;

import dev.tessera.internal.linear.SumLevels;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The weights of a linear layer as the tiles read them: `[blocks][panels][terms][2][lanes]`, a
/// block being [ProductTiles#BLOCK] inputs and a panel two vectors of outputs, so that a panel of a
/// block lies in one piece of 16 KB, and the panels that are used next lie behind it. Outputs
/// beyond the last are zeros.
final class LinearPanels implements AutoCloseable {
  /// Outputs of a panel.
  static final int COLUMNS = ProductTiles.VECTORS * Lanes.COUNT;

  private static final long TERM_BYTES = (long) COLUMNS * Float.BYTES;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment weights;
  private final float[] bias;
  private final SumLevels levels;
  private final int outputs;
  private final long nanos;

  /// Packs on all threads.
  LinearPanels(LinearOperand operand, WorkerPool pool) {
    long start = System.nanoTime();
    levels = new SumLevels(operand.inputs());
    outputs = operand.outputs();
    bias = new float[Math.multiplyExact(panels(), COLUMNS)];
    boolean packed = false;
    try {
      weights = HopMemory.allocate(arena, TERM_BYTES * operand.inputs() * panels());
      pool.run(chunks -> pack(operand.weight(), chunks), panels());
      packed = true;
    } finally {
      if (!packed) {
        arena.close();
      }
    }
    FloatMatrix given = operand.bias();
    if (given != null) {
      given.copyRow(0, bias, 0);
    }
    nanos = System.nanoTime() - start;
  }

  private void pack(FloatMatrix source, WorkerPool.Chunks chunks) {
    float[] row = new float[ProductTiles.BLOCK];
    float[] panel = new float[ProductTiles.BLOCK * COLUMNS];
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      int first = (int) chunk * COLUMNS;
      int count = Math.min(COLUMNS, outputs - first);
      Arrays.fill(panel, 0);
      for (int block = 0; block < levels.blocks(); block++) {
        int terms = levels.terms(block);
        for (int column = 0; column < count; column++) {
          MemorySegment.copy(
              source.segment(),
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              source.rowOffsetBytes(first + column)
                  + (long) block * ProductTiles.BLOCK * Float.BYTES,
              row,
              0,
              terms);
          scatter(row, terms, panel, column);
        }
        MemorySegment.copy(
            panel, 0, weights, ValueLayout.JAVA_FLOAT, at(block, (int) chunk), terms * COLUMNS);
      }
    }
  }

  private static void scatter(float[] row, int terms, float[] panel, int column) {
    for (int i = 0; i < terms; i++) {
      panel[i * COLUMNS + column] = row[i];
    }
  }

  MemorySegment weights() {
    return weights;
  }

  /// The byte at which a panel of a block begins.
  long at(int block, int panel) {
    long blockBytes = TERM_BYTES * ProductTiles.BLOCK * panels();
    return block * blockBytes + TERM_BYTES * panel * levels.terms(block);
  }

  /// How the inputs are cut into blocks.
  SumLevels levels() {
    return levels;
  }

  /// Panels of outputs.
  int panels() {
    return Math.ceilDiv(outputs, COLUMNS);
  }

  int outputs() {
    return outputs;
  }

  /// `[panels() * COLUMNS]`, zeros where there is none.
  float[] bias() {
    return bias;
  }

  /// What packing took.
  long nanos() {
    return nanos;
  }

  long bytes() {
    return weights.byteSize() + (long) bias.length * Float.BYTES;
  }

  @Override
  public void close() {
    arena.close();
  }
}
