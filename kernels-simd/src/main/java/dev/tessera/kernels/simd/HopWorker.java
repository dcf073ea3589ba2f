package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One worker's memory, used again for every chunk and call.
final class HopWorker {
  /// Rows that go through all panels of columns, and what follows, before the next ones: while
  /// their edges and sums are in the first cache.
  static final int BLOCK_ROWS = 64;

  /// Segments of a long row that are summed at a time.
  static final int PARTS = 16;

  private final HopDefinition definition = new HopDefinition();
  private final HopBatch batch = new HopBatch();
  private final MemorySegment pointers =
      Arena.ofAuto().allocate((PARTS + 1L) * Long.BYTES, Lanes.ALIGNMENT_BYTES);
  private MemorySegment rows = MemorySegment.NULL;
  private int width;

  /// Makes room for rows of `newWidth` elements, a multiple of a cache line's.
  void widen(int newWidth) {
    if (newWidth > width) {
      width = newWidth;
      rows =
          Arena.ofAuto().allocate((BLOCK_ROWS + PARTS + 1L) * strideBytes(), Lanes.ALIGNMENT_BYTES);
    }
  }

  HopDefinition definition() {
    return definition;
  }

  HopBatch batch() {
    return batch;
  }

  /// Room for [#BLOCK_ROWS] rows from byte 0, [#PARTS] parts from [#partsAt()] and a total at
  /// [#totalAt()].
  MemorySegment rows() {
    return rows;
  }

  /// The distance of two rows in [#rows()].
  long strideBytes() {
    return (long) width * Float.BYTES;
  }

  long partsAt() {
    return BLOCK_ROWS * strideBytes();
  }

  long totalAt() {
    return (BLOCK_ROWS + PARTS) * strideBytes();
  }

  /// The segments of a row as rows of their own, `count` at most [#PARTS].
  ///
  /// @param first the first segment's first edge
  /// @param end the end of the row
  MemorySegment segments(long first, int count, long end) {
    for (int i = 0; i <= count; i++) {
      long edge = Math.min(end, first + (long) i * HopOperand.SEGMENT_EDGES);
      pointers.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) i * Long.BYTES, edge);
    }
    return pointers;
  }
}
