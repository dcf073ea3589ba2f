package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Rounds some columns of a matrix to rows of bfloat16, in a plan's order.
final class HalfPacking implements WorkerPool.Task {
  private static final int CHUNK_ROWS = 1024;
  private static final FloatMatrix NOTHING = FloatMatrix.of(new float[0], 0, 0);

  private final HopWorkers workers;
  private FloatMatrix from = NOTHING;
  private int @Nullable [] order;
  private long column;
  private int width;
  private MemorySegment to = MemorySegment.NULL;

  HalfPacking(HopWorkers workers) {
    this.workers = workers;
  }

  /// Packs `columns` columns, the first at byte `newColumn`, of row `newOrder[p]`, or p, to row p
  /// of `target`, whole blocks.
  void run(
      WorkerPool pool,
      FloatMatrix source,
      int @Nullable [] newOrder,
      long newColumn,
      int columns,
      MemorySegment target) {
    from = source;
    order = newOrder;
    column = newColumn;
    width = columns;
    to = target;
    pool.run(this, Math.ceilDiv(source.rows(), CHUNK_ROWS));
    from = NOTHING;
  }

  @Override
  public void work(WorkerPool.Chunks chunks) {
    int padded = Math.ceilDiv(width, HalfRows.BLOCK_COLUMNS) * HalfRows.BLOCK_COLUMNS;
    long bytes = (long) width * Float.BYTES;
    HopWorker worker = workers.borrow();
    try {
      worker.widen(padded);
      MemorySegment row = worker.rows();
      for (int i = width; i < padded; i++) {
        row.setAtIndex(ValueLayout.JAVA_FLOAT, i, 0);
      }
      for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
        int end = (int) Math.min(from.rows(), (chunk + 1) * CHUNK_ROWS);
        for (int place = (int) chunk * CHUNK_ROWS; place < end; place++) {
          int node = order == null ? place : order[place];
          MemorySegment.copy(from.segment(), from.rowOffsetBytes(node) + column, row, 0, bytes);
          HalfRows.simplifyNans(row, 0, padded);
          HalfRows.pack(row, 0, to, place * ((long) padded * Short.BYTES), padded);
        }
      }
    } finally {
      workers.giveBack(worker);
    }
  }
}
