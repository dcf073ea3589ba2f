package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Copies some columns of a matrix to rows at cache lines, in a plan's order.
final class RowPacking implements WorkerPool.Task {
  private static final int CHUNK_ROWS = 1024;
  private static final FloatMatrix NOTHING = FloatMatrix.of(new float[0], 0, 0);

  private FloatMatrix from = NOTHING;
  private int @Nullable [] order;
  private long column;
  private long bytes;
  private MemorySegment to = MemorySegment.NULL;
  private long toAt;
  private long stride;

  /// Copies `width` columns, the first at byte `newColumn`, of row `newOrder[p]`, or p, to row p of
  /// `target`, which begins at byte `at`.
  void run(
      WorkerPool pool,
      FloatMatrix source,
      int @Nullable [] newOrder,
      long newColumn,
      int width,
      MemorySegment target,
      long at,
      long newStride) {
    from = source;
    order = newOrder;
    column = newColumn;
    bytes = (long) width * Float.BYTES;
    to = target;
    toAt = at;
    stride = newStride;
    pool.run(this, Math.ceilDiv(source.rows(), CHUNK_ROWS));
    from = NOTHING;
  }

  @Override
  public void work(WorkerPool.Chunks chunks) {
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      int end = (int) Math.min(from.rows(), (chunk + 1) * CHUNK_ROWS);
      for (int row = (int) chunk * CHUNK_ROWS; row < end; row++) {
        int node = order == null ? row : order[row];
        MemorySegment.copy(
            from.segment(), from.rowOffsetBytes(node) + column, to, toAt + row * stride, bytes);
      }
    }
  }
}
