package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Some rows of x as the tiles read them: `[groups][blocks][rows of the
/// group][ProductTiles.BLOCK]`, so that all rows of a tile are one piece of memory. Rows beyond the
/// last are zeros. Used again for every call.
final class LinearRows implements WorkerPool.Task {
  private static final FloatMatrix NOTHING = FloatMatrix.of(new float[0], 0, 0);

  /// Elements that a thread copies at a time, about.
  private static final int CHUNK_ELEMENTS = 1 << 16;

  private final int inputs;
  private final int stride;
  private float[] values = new float[0];
  private FloatMatrix source = NOTHING;
  private int count;

  LinearRows(int inputs) {
    this.inputs = inputs;
    stride = Math.ceilDiv(inputs, ProductTiles.BLOCK) * ProductTiles.BLOCK;
  }

  /// Packs all rows of `x`, on all threads.
  void load(WorkerPool pool, FloatMatrix x) {
    source = x;
    count = Math.toIntExact(x.rows());
    int padded = Math.ceilDiv(count, ScreenTiles.MOST_POINTS) * ScreenTiles.MOST_POINTS;
    int needed = Math.multiplyExact(padded, stride);
    if (values.length < needed) {
      values = new float[needed];
    }
    pool.run(this, Math.ceilDiv(count, chunkRows()));
  }

  /// Lets go of the caller's memory.
  void release() {
    source = NOTHING;
  }

  private int chunkRows() {
    int most = ScreenTiles.MOST_POINTS;
    return Math.max(1, CHUNK_ELEMENTS / (stride * most)) * most;
  }

  @Override
  public void work(WorkerPool.Chunks chunks) {
    int rows = chunkRows();
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      int end = (int) Math.min(count, (chunk + 1) * rows);
      for (int row = (int) chunk * rows; row < end; row += width(row)) {
        pack(row);
      }
    }
  }

  private void pack(int group) {
    int width = width(group);
    for (int p = 0; p < width; p++) {
      for (int i = 0; i < inputs; i += ProductTiles.BLOCK) {
        int to = start(group, i / ProductTiles.BLOCK) + p * ProductTiles.BLOCK;
        int terms = Math.min(ProductTiles.BLOCK, inputs - i);
        if (group + p < count) {
          MemorySegment.copy(
              source.segment(),
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              source.rowOffsetBytes(group + p) + i * 4L,
              values,
              to,
              terms);
        } else {
          Arrays.fill(values, to, to + terms, 0);
        }
      }
    }
  }

  float[] values() {
    return values;
  }

  /// The number of rows.
  int count() {
    return count;
  }

  /// Rows of the tile that begins at a row.
  int width(int group) {
    return ScreenTiles.width(group, count);
  }

  /// The element at which a block of the tile that begins at a row begins.
  int start(int group, int block) {
    return group * stride + block * width(group) * ProductTiles.BLOCK;
  }

  /// Bytes held.
  long bytes() {
    return (long) values.length * Float.BYTES;
  }
}
