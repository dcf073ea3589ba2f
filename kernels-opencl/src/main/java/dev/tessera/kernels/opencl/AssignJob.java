package dev.tessera.kernels.opencl;

/// The nearest codeword of vectors that lie on the device; the ids stay there, too.
final class AssignJob implements RowStream.Job {
  private final PreparedCodebook prepared;
  private final ResolveKernels resolve;
  private final Buffer vectors;
  private final Buffer ids;
  private final int chunkRows;
  private final ScreenMemory memory;
  private final Slot[] slots = new Slot[RowStream.SLOTS];

  /// @param prepared holds the whole codebook
  /// @param vectors `[rows x dim]`
  /// @param ids `[rows]`, written
  AssignJob(
      Session session,
      PreparedCodebook prepared,
      ResolveKernels resolve,
      Buffer vectors,
      int rows,
      Buffer ids) {
    this.prepared = prepared;
    this.resolve = resolve;
    this.vectors = vectors;
    this.ids = ids;
    ScreenPlan plan = prepared.plan();
    int codes = prepared.operand().codes();
    long rowBytes = (long) plan.dim() * Float.BYTES;
    long placeBytes =
        RowStream.SLOTS * (rowBytes + Integer.BYTES) + ScreenMemory.bytesPerPlace(plan, false);
    chunkRows =
        ChunkSize.rows(
            session,
            rows,
            plan.pointTile(),
            placeBytes,
            rowBytes,
            (double) codes * (plan.depth() + 1));
    Workspace workspace = session.workspace();
    int places = plan.places(chunkRows);
    long spare = session.freeBytes() - placeBytes * chunkRows;
    int runs = ScreenMemory.runs(plan, session.device(), places, plan.codeTiles(codes), spare);
    memory = ScreenMemory.of(workspace, plan, places, runs, false);
    for (int i = 0; i < slots.length; i++) {
      slots[i] = Slot.of(workspace, i, chunkRows, plan.dim(), 1, false, false, 1);
    }
  }

  @Override
  public int chunkRows() {
    return chunkRows;
  }

  @Override
  public void stage(int slot, long from, int rows, ChunkCommands commands) {
    slots[slot].inCounters().fill((byte) 0);
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    Slot chunk = slots[slot];
    long rowBytes = (long) prepared.plan().dim() * Float.BYTES;
    Buffer x = chunk.rows();
    commands.copyIn(chunk.inCounters(), chunk.counters());
    commands.copy(vectors, from * rowBytes, x, 0, rows * rowBytes);
    DeviceCodebook codebook = prepared.codebook();
    DeviceCodebook.Part whole = codebook.parts().getFirst();
    prepared.centre().run(commands, x, rows, codebook, memory);
    prepared.screen().run(commands, codebook, whole, false, memory);
    prepared
        .certify()
        .run(commands, rows, codebook, whole, true, memory, chunk.ids(), chunk.counters());
    resolve.decide(commands, x, rows, codebook, memory, chunk.ids(), chunk.counters());
    commands.copy(chunk.ids(), 0, ids, from * Integer.BYTES, (long) rows * Integer.BYTES);
  }

  @Override
  public void collect(int slot, long from, int rows) {}
}
