package dev.tessera.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The arrays of a graph in the making, zeroed, in native memory.
///
/// @param rowPointers int64 `[nodes + 1]`
/// @param columns int32 `[edges]`
/// @param weights float32 `[edges]`, or null
record GraphMemory(
    MemorySegment rowPointers, MemorySegment columns, @Nullable MemorySegment weights) {
  private static final long ALIGNMENT_BYTES = 64;

  static MemorySegment pointers(Arena arena, int nodes) {
    return arena.allocate((nodes + 1L) * Long.BYTES, ALIGNMENT_BYTES);
  }

  /// Memory for the edges behind given pointers.
  static GraphMemory of(Arena arena, MemorySegment rowPointers, long edges, boolean weighted) {
    return new GraphMemory(
        rowPointers,
        arena.allocate(edges * Integer.BYTES, ALIGNMENT_BYTES),
        weighted ? arena.allocate(edges * Float.BYTES, ALIGNMENT_BYTES) : null);
  }

  /// Writes an edge; `weight` counts only where there are weights.
  void set(long edge, int column, float weight) {
    columns.set(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES, column);
    if (weights != null) {
      weights.set(ValueLayout.JAVA_FLOAT_UNALIGNED, edge * Float.BYTES, weight);
    }
  }
}
