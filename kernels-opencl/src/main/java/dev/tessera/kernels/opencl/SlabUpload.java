package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Puts the columns of a slab on the device.
final class SlabUpload implements RowStream.Job {
  private static final long CHUNK_BYTES = 16L << 20;

  private final WorkerPool pool;
  private final FloatMatrix matrix;
  private final ColumnSlab slab;
  private final Buffer buffer;
  private final int chunkRows;
  private final MemorySegment[] slots = new MemorySegment[RowStream.SLOTS];

  /// @param buffer `[rows x slab.stride]`, written
  SlabUpload(Session session, FloatMatrix matrix, ColumnSlab slab, Buffer buffer) {
    this.matrix = matrix;
    this.slab = slab;
    this.buffer = buffer;
    pool = session.pool();
    chunkRows = (int) Math.clamp(CHUNK_BYTES / slab.rowBytes(), 1, Math.max(1, matrix.rows()));
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = session.workspace().pinned("in" + slot, chunkRows * slab.rowBytes()).segment();
    }
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public void stage(int slot, long from, int rows, ChunkCommands commands) {
    ColumnStaging.copyIn(pool, matrix, slab, from, rows, slots[slot]);
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    commands.copyIn(slots[slot].asSlice(0, rows * slab.rowBytes()), buffer, from * slab.rowBytes());
  }

  @Override
  public void collect(int slot, long from, int rows) {}
}
