package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeMessages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// What edges add, as the kernels read it.
///
/// @param table rows of float32, `rowStride` bytes apart
/// @param kinds each edge's row, int32; null where that is the edge's own place
/// @param floor what a message that is not greater becomes: 0, or -infinity, which changes nothing
record HopMessages(
    MemorySegment table, long rowStride, @Nullable MemorySegment kinds, float floor) {
  /// What the caller gave; what lies on the heap is copied to the buffers.
  static HopMessages of(EdgeMessages messages, HopBuffer table, HopBuffer kinds) {
    MemorySegment each = messages.kinds();
    return new HopMessages(
        table.offHeap(messages.table().segment()),
        messages.table().rowStride() * Float.BYTES,
        each == null ? null : kinds.offHeap(each),
        messages.rectified() ? 0 : Float.NEGATIVE_INFINITY);
  }

  /// The byte at which what `edge` adds begins.
  long rowOffset(long edge) {
    MemorySegment each = kinds;
    return rowStride
        * (each == null
            ? edge
            : each.get(ValueLayout.JAVA_INT_UNALIGNED, edge * (long) Integer.BYTES));
  }
}
