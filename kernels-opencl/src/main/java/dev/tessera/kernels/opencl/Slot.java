package dev.tessera.kernels.opencl;

import java.lang.foreign.MemorySegment;

/// The memory of one chunk under way: pinned on the host, and its counterpart on the device.
///
/// @param in pinned: the ranges, or the counters' zeros; rows go through [RowStaging]
/// @param out pinned: the ids, then the distances, then two counters
/// @param rows `[chunkRows x dim]`
/// @param ranges `[chunkRows][2]`
/// @param ids `[chunkRows x neighbours]`
/// @param distances `[chunkRows x neighbours]` float64
/// @param counters `[2]`
/// @param chunkRows rows that it has room for
/// @param neighbours ids of a row
record Slot(
    MemorySegment in,
    MemorySegment out,
    Buffer rows,
    Buffer ranges,
    Buffer ids,
    Buffer distances,
    Buffer counters,
    int chunkRows,
    int dim,
    int neighbours) {

  private static final long COUNTERS_BYTES = 2 * Integer.BYTES;

  static Slot of(
      Workspace workspace,
      int number,
      int chunkRows,
      int dim,
      int neighbours,
      boolean ranges,
      boolean distances,
      int copies) {
    long results = (long) chunkRows * neighbours;
    long rowBytes = (long) chunkRows * dim * Float.BYTES;
    long rangeBytes = ranges ? 2L * chunkRows * Integer.BYTES : COUNTERS_BYTES;
    long outBytes = copies * (aligned(results * Integer.BYTES) + results * Double.BYTES);
    return new Slot(
        workspace.pinned("in" + number, rangeBytes).segment(),
        workspace.pinned("out" + number, outBytes + COUNTERS_BYTES).segment(),
        workspace.buffer("rows" + number, rowBytes),
        workspace.buffer("ranges" + number, ranges ? rangeBytes : 0),
        workspace.buffer("ids" + number, results * Integer.BYTES),
        workspace.buffer("distances" + number, distances ? results * Double.BYTES : 0),
        workspace.buffer("counters" + number, COUNTERS_BYTES),
        chunkRows,
        dim,
        neighbours);
  }

  private static long aligned(long bytes) {
    return Math.ceilDiv(bytes, (long) Double.BYTES) * Double.BYTES;
  }

  /// Pinned memory of the ranges, in the same place as the zeroed counters.
  MemorySegment inRanges(int count) {
    return in.asSlice(0, 2L * count * Integer.BYTES);
  }

  /// Pinned memory of the counters' zeros.
  MemorySegment inCounters() {
    return in.asSlice(0, COUNTERS_BYTES);
  }

  private long copyBytes() {
    long results = (long) chunkRows * neighbours;
    return aligned(results * Integer.BYTES) + results * Double.BYTES;
  }

  /// Pinned memory of the ids.
  ///
  /// @param copy which of several
  MemorySegment outIds(int copy, int count) {
    return out.asSlice(copy * copyBytes(), (long) count * neighbours * Integer.BYTES);
  }

  /// Pinned memory of the distances.
  ///
  /// @param copy which of several
  MemorySegment outDistances(int copy, int count) {
    long results = (long) chunkRows * neighbours;
    return out.asSlice(
        copy * copyBytes() + aligned(results * Integer.BYTES),
        (long) count * neighbours * Double.BYTES);
  }

  /// Pinned memory of the counters, behind so many copies.
  MemorySegment outCounters(int copies) {
    return out.asSlice(copies * copyBytes(), COUNTERS_BYTES);
  }
}
