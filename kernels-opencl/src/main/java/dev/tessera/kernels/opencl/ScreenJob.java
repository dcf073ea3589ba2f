package dev.tessera.kernels.opencl;

import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The single nearest of all codewords: centre, screen, certify, and the definition for the rows
/// that are left.
final class ScreenJob implements RowStream.Job {
  /// What `certify` writes for a row that is on a list.
  private static final int UNDECIDED = -2;

  private final Session session;
  private final PreparedCodebook prepared;
  private final DeviceCodebook codebook;
  private final @Nullable ResolveKernels resolve;
  private final HostSearch host;
  private final SearchCounts counts;
  private final FloatMatrix points;
  private final TokenIds ids;
  private final @Nullable DoubleMatrix distances;
  private final boolean scoredOnDevice;
  private final int chunkRows;
  private final ScreenMemory memory;
  private final RowStaging staging;
  private final Slot[] slots = new Slot[RowStream.SLOTS];
  private final int[] some = new int[4096];
  private boolean mayLackIds;

  ScreenJob(
      Session session,
      PreparedCodebook prepared,
      SearchCounts counts,
      FloatMatrix points,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    this.session = session;
    this.prepared = prepared;
    this.counts = counts;
    this.points = points;
    this.ids = ids;
    this.distances = distances;
    codebook = prepared.codebook();
    resolve = prepared.resolve();
    host = new HostSearch(prepared.operand(), session.pool());
    boolean inParts = !codebook.isWhole();
    scoredOnDevice = distances != null && resolve != null && !inParts;
    ScreenPlan plan = prepared.plan();
    long staged = (long) plan.dim() * Float.BYTES;
    long slotBytes = staged + Integer.BYTES + (scoredOnDevice ? Double.BYTES : 0);
    int codes = prepared.operand().codes();
    chunkRows =
        ChunkSize.rows(
            session,
            points.rows(),
            plan.pointTile(),
            RowStream.SLOTS * slotBytes + ScreenMemory.bytesPerPlace(plan, inParts),
            staged,
            (double) codes * (plan.depth() + 1));
    int places = plan.places(chunkRows);
    long held =
        chunkRows * (RowStream.SLOTS * slotBytes + ScreenMemory.bytesPerPlace(plan, inParts));
    int runs =
        ScreenMemory.runs(
            plan,
            session.device(),
            places,
            codebook.parts().getFirst().tiles(),
            session.freeBytes() - held);
    Workspace workspace = session.workspace();
    held += (runs - 1) * 3L * Float.BYTES * places;
    if (workspace.bytes() + held > session.freeBytes()) {
      workspace.close(); // what an earlier call needed may be of other sizes
    }
    memory = ScreenMemory.of(workspace, plan, places, runs, inParts);
    staging = RowStaging.ofRows(session, points, chunkRows);
    for (int i = 0; i < slots.length; i++) {
      slots[i] = Slot.of(workspace, i, chunkRows, plan.dim(), 1, false, scoredOnDevice, 1);
    }
  }

  /// Copies ids to where the caller wants them, through an array: loops over arrays are compiled
  /// well whatever else reads memory in this process.
  ///
  /// @return whether one is negative
  private boolean take(MemorySegment found, long from, int rows) {
    int joined = 0;
    for (int begin = 0; begin < rows; begin += some.length) {
      int count = Math.min(some.length, rows - begin);
      long offset = (long) begin * Integer.BYTES;
      MemorySegment.copy(found, ValueLayout.JAVA_INT_UNALIGNED, offset, some, 0, count);
      for (int i = 0; i < count; i++) {
        joined |= some[i];
      }
      if (ids.isPacked()) {
        long target = ids.rowOffsetBytes(from + begin);
        MemorySegment.copy(some, 0, ids.segment(), ValueLayout.JAVA_INT_UNALIGNED, target, count);
      } else {
        for (int i = 0; i < count; i++) {
          ids.set(from + begin + i, 0, some[i]);
        }
      }
    }
    return joined < 0;
  }

  /// Whether a row may have got no id.
  boolean mayLackIds() {
    return mayLackIds;
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
    staging.copyIn(from, rows, 0, slots[slot].rows(), 0, commands);
    slots[slot].inCounters().fill((byte) 0);
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    Slot memoryOfSlot = slots[slot];
    Buffer x = memoryOfSlot.rows();
    Buffer found = memoryOfSlot.ids();
    Buffer counters = memoryOfSlot.counters();
    commands.copyIn(memoryOfSlot.inCounters(), counters);
    prepared.centre().run(commands, x, rows, codebook, memory);
    List<DeviceCodebook.Part> parts = codebook.parts();
    for (int i = 0; i < parts.size(); i++) {
      DeviceCodebook.Part part = parts.get(i);
      codebook.load(part, commands);
      prepared.screen().run(commands, codebook, part, i > 0, memory);
      boolean last = i == parts.size() - 1;
      prepared.certify().run(commands, rows, codebook, part, last, memory, found, counters);
    }
    if (resolve != null) {
      if (codebook.isWhole()) {
        resolve.decide(commands, x, rows, codebook, memory, found, counters);
        if (scoredOnDevice) {
          resolve.score(commands, x, rows, codebook, found, memoryOfSlot.distances());
        }
      } else {
        resolveParts(resolve, memoryOfSlot, commands);
      }
    }
    commands.copyOut(found, memoryOfSlot.outIds(0, rows));
    commands.copyOut(counters, memoryOfSlot.outCounters(1));
    if (scoredOnDevice) {
      commands.copyOut(memoryOfSlot.distances(), memoryOfSlot.outDistances(0, rows));
    }
  }

  /// All parts of the codebook once more, if there are rows left: that costs a wait, which is
  /// cheaper than a needless copy of the codebook.
  private void resolveParts(ResolveKernels resolve, Slot slot, ChunkCommands commands) {
    commands.copyOut(slot.counters(), slot.outCounters(1));
    commands.submit();
    session.queues().out().finish();
    if (near(slot) + far(slot) == 0) {
      return;
    }
    for (DeviceCodebook.Part part : codebook.parts()) {
      codebook.load(part, commands);
      resolve.decidePart(
          commands, slot.rows(), codebook, part, memory, slot.ids(), slot.counters());
    }
  }

  private static long near(Slot slot) {
    return slot.outCounters(1).getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 0);
  }

  private static long far(Slot slot) {
    return slot.outCounters(1).getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 1);
  }

  @Override
  public void collect(int slot, long from, int rows) {
    mayLackIds |= take(slots[slot].outIds(0, rows), from, rows);
    counts.add(rows, near(slots[slot]), far(slots[slot]));
    if (resolve == null && near(slots[slot]) + far(slots[slot]) > 0) {
      host.search(
          points,
          from,
          from + rows,
          row -> ids.get(row, 0) == UNDECIDED,
          NearestOptions.SINGLE,
          ids,
          null);
    }
    if (distances == null) {
      return;
    }
    if (!scoredOnDevice) {
      host.score(points, from, from + rows, ids, distances);
      return;
    }
    MemorySegment scores = slots[slot].outDistances(0, rows);
    if (distances.isPacked()) {
      MemorySegment.copy(
          scores, 0, distances.segment(), distances.rowOffsetBytes(from), scores.byteSize());
      return;
    }
    for (int row = 0; row < rows; row++) {
      distances.set(from + row, 0, scores.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, row));
    }
  }
}
