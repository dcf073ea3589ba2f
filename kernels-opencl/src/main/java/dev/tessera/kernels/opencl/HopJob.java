package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One hop of a slab, by rows that are written: while some are computed, those before are copied
/// out where the caller wants them.
final class HopJob implements RowStream.Job {
  private final WorkerPool pool;
  private final HopKernels kernels;
  private final DeviceGraph graph;
  private final SlabMemory memory;
  private final HopKernels.@Nullable Messages messages;
  private final @Nullable FloatMatrix wanted;
  private final int chunkRows;
  private final MemorySegment[] slots = new MemorySegment[RowStream.SLOTS];

  /// @param wanted `[nodes x dim]`, whose columns of the slab are written; null where the hop is
  ///   not wanted
  HopJob(
      Session session,
      HopKernels kernels,
      DeviceGraph graph,
      SlabMemory memory,
      HopKernels.@Nullable Messages messages,
      @Nullable FloatMatrix wanted) {
    this.kernels = kernels;
    this.graph = graph;
    this.memory = memory;
    this.messages = messages;
    this.wanted = wanted;
    pool = session.pool();
    ColumnSlab slab = memory.slab();
    int nodes = graph.operand().nodes();
    double edgesPerRow = (double) graph.operand().edges() / nodes;
    chunkRows =
        ChunkSize.residentRows(
            session,
            nodes,
            kernels.rowsPerGroup(slab),
            wanted == null ? 0 : slab.rowBytes(),
            (1 + edgesPerRow) * slab.stride());
    for (int slot = 0; slot < slots.length; slot++) {
      slots[slot] =
          wanted == null
              ? MemorySegment.NULL
              : session.workspace().pinned("out" + slot, chunkRows * slab.rowBytes()).segment();
    }
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public void stage(int slot, long from, int rows, ChunkCommands commands) {}

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    kernels.run(commands, graph, memory, messages, (int) from, rows);
    if (wanted != null) {
      long rowBytes = memory.slab().rowBytes();
      commands.copyOut(memory.target(), from * rowBytes, slots[slot].asSlice(0, rows * rowBytes));
    }
  }

  @Override
  public void collect(int slot, long from, int rows) {
    if (wanted != null) {
      ColumnStaging.copyOut(pool, slots[slot], memory.slab(), wanted, from, rows);
    }
  }
}
