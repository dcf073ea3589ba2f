package dev.tessera.kernels.opencl;

import dev.tessera.tensor.FloatMatrix;

/// Puts rows on the device, to stay there.
final class UploadJob implements RowStream.Job {
  private static final long CHUNK_BYTES = 16L << 20;

  private final RowStaging staging;
  private final Buffer buffer;
  private final long rowBytes;
  private final int chunkRows;

  /// @param buffer `[rows x columns]`, written
  UploadJob(Session session, FloatMatrix rows, Buffer buffer) {
    this.buffer = buffer;
    rowBytes = (long) rows.columns() * Float.BYTES;
    chunkRows = (int) Math.clamp(CHUNK_BYTES / rowBytes, 1, Math.max(1, rows.rows()));
    staging = new RowStaging(session, rows, chunkRows);
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public void stage(int slot, long from, int count, ChunkCommands commands) {
    staging.copyIn(from, count, buffer, from * rowBytes, commands);
  }

  @Override
  public void start(int slot, long from, int count, ChunkCommands commands) {}

  @Override
  public void collect(int slot, long from, int count) {}
}
