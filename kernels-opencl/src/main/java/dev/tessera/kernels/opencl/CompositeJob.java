package dev.tessera.kernels.opencl;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Residual and multi-head codes: rows go to the device once and come back as ids. Between levels
/// the residuals stay there; heads are put there side by side.
final class CompositeJob implements RowStream.Job {
  private static final long COUNTERS_BYTES = 2 * Integer.BYTES;

  /// The memory of one chunk under way.
  ///
  /// @param zeros pinned: what the counters begin with
  /// @param out pinned: ids part by part, then counters part by part
  /// @param rows `[chunkRows x dim]`: of the residuals, or of each head
  /// @param ids `[chunkRows]` for each part
  /// @param counters `[2]` for each part
  private record Chunk(
      MemorySegment zeros,
      MemorySegment out,
      List<Buffer> rows,
      List<Buffer> ids,
      List<Buffer> counters) {}

  private final PreparedComposite prepared;
  private final SearchCounts counts;
  private final TokenIds ids;
  private final int parts;
  private final int dim;
  private final boolean residual;
  private final int chunkRows;
  private final ScreenMemory memory;
  private final RowStaging staging;
  private final Chunk[] chunks = new Chunk[RowStream.SLOTS];

  CompositeJob(
      Session session,
      PreparedComposite prepared,
      SearchCounts counts,
      FloatMatrix points,
      TokenIds ids) {
    this.prepared = prepared;
    this.counts = counts;
    this.ids = ids;
    parts = prepared.operand().parts();
    dim = prepared.operand().dim();
    residual = prepared.operand().isResidual();
    ScreenPlan plan = prepared.plan();
    long rowBytes = (long) prepared.operand().columns() * Float.BYTES;
    long slotBytes = rowBytes + (long) parts * Integer.BYTES;
    long placeBytes = RowStream.SLOTS * slotBytes + ScreenMemory.bytesPerPlace(plan, false);
    chunkRows =
        ChunkSize.rows(
            session,
            points.rows(),
            plan.pointTile(),
            placeBytes,
            Math.max(rowBytes, (long) parts * Integer.BYTES),
            termsPerRow(plan));
    int places = plan.places(chunkRows);
    long held = chunkRows * placeBytes;
    int runs =
        ScreenMemory.runs(plan, session.device(), places, leastTiles(), session.freeBytes() - held);
    Workspace workspace = session.workspace();
    held += (runs - 1) * 3L * Float.BYTES * places;
    if (workspace.bytes() + held > session.freeBytes()) {
      workspace.close(); // what an earlier call needed may be of other sizes
    }
    memory = ScreenMemory.of(workspace, plan, places, runs, false);
    staging = RowStaging.ofParts(session, points, dim, chunkRows);
    for (int slot = 0; slot < chunks.length; slot++) {
      chunks[slot] = chunk(workspace, slot);
    }
  }

  private double termsPerRow(ScreenPlan plan) {
    double terms = 0;
    for (int part = 0; part < parts; part++) {
      terms += (double) prepared.part(part).operand().codes() * (plan.depth() + 1);
    }
    return terms;
  }

  private int leastTiles() {
    int least = Integer.MAX_VALUE;
    for (int part = 0; part < parts; part++) {
      least = Math.min(least, prepared.part(part).codebook().parts().getFirst().tiles());
    }
    return least;
  }

  private Chunk chunk(Workspace workspace, int slot) {
    List<Buffer> rows = new ArrayList<>();
    List<Buffer> found = new ArrayList<>();
    List<Buffer> counters = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      String name = slot + "." + part;
      if (part == 0 || !residual) {
        rows.add(workspace.buffer("rows" + name, (long) chunkRows * dim * Float.BYTES));
      }
      found.add(workspace.buffer("ids" + name, (long) chunkRows * Integer.BYTES));
      counters.add(workspace.buffer("counters" + name, COUNTERS_BYTES));
    }
    long outBytes = parts * ((long) chunkRows * Integer.BYTES + COUNTERS_BYTES);
    return new Chunk(
        workspace.pinned("in" + slot, COUNTERS_BYTES).segment().asSlice(0, COUNTERS_BYTES),
        workspace.pinned("out" + slot, outBytes).segment(),
        rows,
        found,
        counters);
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
    Chunk chunk = chunks[slot];
    for (int part = 0; part < chunk.rows.size(); part++) {
      staging.copyIn(from, rows, part, chunk.rows.get(part), 0, commands);
    }
    chunk.zeros.fill((byte) 0);
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    Chunk chunk = chunks[slot];
    for (Buffer counters : chunk.counters) {
      commands.copyIn(chunk.zeros, counters);
    }
    for (int part = 0; part < parts; part++) {
      Buffer x = chunk.rows.get(residual ? 0 : part);
      search(part, x, rows, chunk, commands);
      if (residual && part < parts - 1) {
        prepared.subtract(commands, x, rows, part, chunk.ids.get(part));
      }
    }
    for (int part = 0; part < parts; part++) {
      commands.copyOut(chunk.ids.get(part), outIds(chunk, part, rows));
      commands.copyOut(chunk.counters.get(part), outCounters(chunk, part));
    }
  }

  private void search(int part, Buffer x, int rows, Chunk chunk, ChunkCommands commands) {
    PreparedCodebook searched = prepared.part(part);
    DeviceCodebook codebook = searched.codebook();
    DeviceCodebook.Part whole = codebook.parts().getFirst();
    Buffer found = chunk.ids.get(part);
    Buffer counters = chunk.counters.get(part);
    searched.centre().run(commands, x, rows, codebook, memory);
    searched.screen().run(commands, codebook, whole, false, memory);
    searched.certify().run(commands, rows, codebook, whole, true, memory, found, counters);
    Objects.requireNonNull(searched.resolve())
        .decide(commands, x, rows, codebook, memory, found, counters);
  }

  private MemorySegment outIds(Chunk chunk, int part, int rows) {
    long bytes = (long) chunkRows * Integer.BYTES;
    return chunk.out.asSlice(part * bytes, (long) rows * Integer.BYTES);
  }

  private MemorySegment outCounters(Chunk chunk, int part) {
    long idBytes = (long) parts * chunkRows * Integer.BYTES;
    return chunk.out.asSlice(idBytes + part * COUNTERS_BYTES, COUNTERS_BYTES);
  }

  @Override
  public void collect(int slot, long from, int rows) {
    Chunk chunk = chunks[slot];
    for (int part = 0; part < parts; part++) {
      MemorySegment found = outIds(chunk, part, rows);
      for (int row = 0; row < rows; row++) {
        ids.set(from + row, part, found.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, row));
      }
      MemorySegment counters = outCounters(chunk, part);
      counts.add(
          rows,
          counters.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 0),
          counters.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 1));
    }
  }
}
