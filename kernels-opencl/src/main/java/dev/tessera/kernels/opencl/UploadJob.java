package dev.tessera.kernels.opencl;

import dev.tessera.tensor.FloatMatrix;

/// Puts rows on the device, to stay there.
final class UploadJob implements RowStream.Job {
  private static final long CHUNK_BYTES = 16L << 20;

  private final RowStaging staging;
  private final Buffer buffer;
  private final long rowBytes;
  private final int chunkRows;

  /// Of whole rows.
  ///
  /// @param buffer `[rows x columns]`, written
  UploadJob(Session session, FloatMatrix rows, Buffer buffer) {
    this(session, rows, new ColumnSlab(0, rows.columns(), 1), buffer);
  }

  /// Of the columns of a slab.
  ///
  /// @param buffer `[rows x slab.stride]`, written
  UploadJob(Session session, FloatMatrix rows, ColumnSlab slab, Buffer buffer) {
    this.buffer = buffer;
    rowBytes = slab.rowBytes();
    chunkRows = (int) Math.clamp(CHUNK_BYTES / rowBytes, 1, Math.max(1, rows.rows()));
    staging = RowStaging.ofSlab(session, rows, slab, chunkRows);
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public RowStaging staging() {
    return staging;
  }

  @Override
  public void stage(int slot, long from, int count, ChunkCommands commands) {
    staging.copyIn(from, count, 0, buffer, from * rowBytes, commands);
  }

  @Override
  public void start(int slot, long from, int count, ChunkCommands commands) {}

  @Override
  public void collect(int slot, long from, int count) {}
}
