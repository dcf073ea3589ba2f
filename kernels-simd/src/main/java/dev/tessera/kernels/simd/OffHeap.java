package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Segments that the compiler knows to lie off the heap.
///
/// What a loop reads through is otherwise guessed from what the JDK's own methods have met so far,
/// in the whole process: mapped files, allocated memory, arrays. A loop compiled by a guess that
/// fails later came out four times as slow, in one process of five, and stayed so.
///
/// No memory of the kernels is of a confined arena, for the same reason: C2 would come to look
/// before loops whether the thread owns the memory, also where nobody does, and throw the code away
/// each time.
final class OffHeap {
  private static final Class<? extends MemorySegment> CLASS =
      Arena.global().allocate(Long.BYTES).getClass();

  private OffHeap() {}

  /// The same segment. To be called in the method that loops over it, before the loop.
  ///
  /// @throws ClassCastException if it lies on the heap
  static MemorySegment of(MemorySegment segment) {
    return CLASS.cast(segment);
  }

  /// The same segment, or a copy where it lies on the heap.
  static MemorySegment orCopy(MemorySegment segment) {
    return segment.isNative()
        ? segment
        : Arena.ofAuto().allocate(segment.byteSize(), Lanes.ALIGNMENT_BYTES).copyFrom(segment);
  }
}
