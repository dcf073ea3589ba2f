package dev.tessera.kernels.opencl;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// Ranges and several neighbours: the definition in float64 over every code of a row's range.
final class DefinitionJob implements RowStream.Job {
  /// Share of the free memory for the scores of rows under way.
  private static final int SCRATCH_SHARE = 4;

  private final ResolveKernels resolve;
  private final DeviceCodebook codebook;
  private final SearchCounts counts;
  private final @Nullable CodeRanges ranges;
  private final TokenIds ids;
  private final @Nullable DoubleMatrix distances;
  private final int chunkRows;
  private final int groups;
  private final Buffer scratch;
  private final BestCodes best;
  private final RowStaging staging;
  private final Slot[] slots = new Slot[RowStream.SLOTS];

  DefinitionJob(
      Session session,
      PreparedCodebook prepared,
      ResolveKernels resolve,
      SearchCounts counts,
      FloatMatrix points,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    this.resolve = resolve;
    this.counts = counts;
    this.ids = ids;
    this.distances = distances;
    ranges = options.ranges();
    codebook = prepared.codebook();
    int neighbours = options.neighbours();
    best = new BestCodes(prepared.operand().metric(), neighbours);
    int dim = prepared.operand().dim();
    int copies = codebook.parts().size();
    long rowBytes = (long) dim * Float.BYTES;
    long resultBytes = (long) neighbours * (Integer.BYTES + Double.BYTES);
    long slotBytes = rowBytes + resultBytes + (ranges == null ? 0 : 2L * Integer.BYTES);
    long scoreBytes =
        neighbours == 1 ? 0 : (long) codebook.parts().getFirst().codes() * Double.BYTES;
    long free = session.freeBytes();
    groups =
        (int)
            Math.max(
                1,
                Math.min(
                    resolve.groups(),
                    scoreBytes == 0 ? Long.MAX_VALUE : free / SCRATCH_SHARE / scoreBytes));
    // The scratch memory is not the rows': as if each row took its share of it, too.
    long bytesPerRow = RowStream.SLOTS * slotBytes;
    chunkRows =
        ChunkSize.rows(
            session,
            points.rows(),
            1,
            Math.ceilDiv(bytesPerRow * SCRATCH_SHARE, SCRATCH_SHARE - 1),
            Math.max(rowBytes + 2L * Integer.BYTES, copies * resultBytes),
            (double) prepared.operand().codes() * dim * DEFINITION_COST);
    Workspace workspace = session.workspace();
    long held = chunkRows * bytesPerRow + groups * scoreBytes;
    if (workspace.bytes() + held > free) {
      workspace.close(); // what an earlier call needed may be of other sizes
    }
    scratch = workspace.buffer("scratch", groups * scoreBytes);
    staging = RowStaging.ofRows(session, points, chunkRows);
    for (int i = 0; i < slots.length; i++) {
      slots[i] = Slot.of(workspace, i, chunkRows, dim, neighbours, ranges != null, true, copies);
    }
  }

  /// A float64 step by the definition takes so many times as long as one of a screen.
  static final double DEFINITION_COST = 16;

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
    if (ranges != null) {
      MemorySegment bounds = slots[slot].inRanges(rows);
      for (int row = 0; row < rows; row++) {
        bounds.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 2L * row, ranges.low(from + row));
        bounds.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, 2L * row + 1, ranges.high(from + row));
      }
    }
  }

  @Override
  public void start(int slot, long from, int rows, ChunkCommands commands) {
    Slot memory = slots[slot];
    if (ranges != null) {
      commands.copyIn(memory.inRanges(rows), memory.ranges());
    }
    int copy = 0;
    for (DeviceCodebook.Part part : codebook.parts()) {
      codebook.load(part, commands);
      resolve.search(
          commands,
          memory.rows(),
          rows,
          codebook,
          part,
          ranges != null,
          memory.ranges(),
          memory.neighbours(),
          scratch,
          groups,
          memory.ids(),
          memory.distances());
      commands.copyOut(memory.ids(), memory.outIds(copy, rows));
      commands.copyOut(memory.distances(), memory.outDistances(copy, rows));
      copy++;
      if (copy < codebook.parts().size()) {
        commands.waitForCopiesOut();
      }
    }
  }

  @Override
  public void collect(int slot, long from, int rows) {
    counts.addSearched(rows);
    int neighbours = slots[slot].neighbours();
    int copies = codebook.parts().size();
    for (int row = 0; row < rows; row++) {
      best.clear();
      for (int copy = 0; copy < copies; copy++) {
        MemorySegment found = slots[slot].outIds(copy, rows);
        MemorySegment scores = slots[slot].outDistances(copy, rows);
        for (int place = 0; place < neighbours; place++) {
          long at = (long) row * neighbours + place;
          int code = found.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, at);
          if (code >= 0) {
            best.add(code, scores.getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, at));
          }
        }
      }
      best.write(ids, distances, from + row);
    }
  }
}
