package dev.tessera.kernels.opencl;

import dev.tessera.kernel.LinearOperand;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Rows through a linear layer.
final class LinearJob implements RowStream.Job {
  private final Session session;
  private final DeviceLayer layer;
  private final FloatMatrix y;
  private final ColumnSlab results;
  private final int chunkRows;
  private final RowStaging staging;
  private final Buffer[] rowsIn = new Buffer[RowStream.SLOTS];
  private final Buffer[] rowsOut = new Buffer[RowStream.SLOTS];
  private final MemorySegment[] pinned = new MemorySegment[RowStream.SLOTS];

  /// @param x `[rows x inputs]`
  /// @param y `[rows x outputs]`, written
  LinearJob(Session session, DeviceLayer layer, FloatMatrix x, FloatMatrix y) {
    this.session = session;
    this.layer = layer;
    this.y = y;
    LinearOperand operand = layer.operand();
    results = new ColumnSlab(0, operand.outputs(), 1);
    long inBytes = (long) operand.inputs() * Float.BYTES;
    long outBytes = results.rowBytes();
    chunkRows =
        ChunkSize.rows(
            session,
            x.rows(),
            LinearProgram.TILE,
            (inBytes + outBytes) * RowStream.SLOTS,
            Math.max(inBytes, outBytes),
            (double) operand.inputs() * operand.outputs());
    Workspace workspace = session.workspace();
    if (workspace.bytes() + (inBytes + outBytes) * RowStream.SLOTS * chunkRows
        > session.freeBytes()) {
      workspace.close(); // what an earlier call needed may be of other sizes
    }
    staging = RowStaging.ofRows(session, x, chunkRows);
    for (int slot = 0; slot < RowStream.SLOTS; slot++) {
      rowsIn[slot] = workspace.buffer("rows" + slot, chunkRows * inBytes);
      rowsOut[slot] = workspace.buffer("results" + slot, chunkRows * outBytes);
      pinned[slot] = workspace.pinned("out" + slot, chunkRows * outBytes).segment();
    }
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
  public void stage(int slot, long from, int rows, ChunkCommands commands) {
    staging.copyIn(from, rows, 0, rowsIn[slot], 0, commands);
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    layer.program().run(commands, layer, rowsIn[slot], rowsOut[slot], rows);
    commands.copyOut(rowsOut[slot], pinned[slot].asSlice(0, rows * results.rowBytes()));
  }

  @Override
  public void collect(int slot, long from, int rows) {
    ColumnStaging.copyOut(session.pool(), pinned[slot], results, y, from, rows);
  }
}
