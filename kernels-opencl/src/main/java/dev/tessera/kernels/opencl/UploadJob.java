package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Puts rows on the device, to stay there.
final class UploadJob implements RowStream.Job {
  private static final long CHUNK_BYTES = 16L << 20;

  private final WorkerPool pool;
  private final FloatMatrix rows;
  private final Buffer buffer;
  private final long rowBytes;
  private final int chunkRows;
  private final PinnedBuffer[] slots = new PinnedBuffer[RowStream.SLOTS];

  /// @param buffer `[rows x columns]`, written
  UploadJob(Session session, FloatMatrix rows, Buffer buffer) {
    this.rows = rows;
    this.buffer = buffer;
    pool = session.pool();
    rowBytes = (long) rows.columns() * Float.BYTES;
    chunkRows = (int) Math.clamp(CHUNK_BYTES / rowBytes, 1, Math.max(1, rows.rows()));
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] = session.workspace().pinned("in" + slot, chunkRows * rowBytes);
    }
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  private MemorySegment memory(int slot, int count) {
    return slots[slot].segment().asSlice(0, count * rowBytes);
  }

  @Override
  public void stage(int slot, long from, int count) {
    RowStaging.copy(pool, rows, from, count, memory(slot, count));
  }

  @Override
  public void start(int slot, long from, int count, ChunkCommands commands) {
    commands.copyIn(memory(slot, count), buffer, from * rowBytes);
  }

  @Override
  public void collect(int slot, long from, int count) {}
}
