package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Memory for rows between two hops, which grows and is used again.
final class HopBuffer implements AutoCloseable {
  private @Nullable Arena arena;
  private MemorySegment segment = MemorySegment.NULL;

  /// At least so many bytes; what they held before is lost where they grow.
  MemorySegment atLeast(long bytes) {
    if (segment.byteSize() < bytes) {
      close();
      @SuppressWarnings("MustBeClosedChecker") // closed by close
      Arena larger = Arena.ofShared();
      arena = larger;
      segment = HopMemory.allocate(larger, bytes);
    }
    return segment;
  }

  /// What `other` holds, off the heap: itself, or a copy here.
  MemorySegment offHeap(MemorySegment other) {
    return other.isNative() ? other : atLeast(other.byteSize()).copyFrom(other);
  }

  /// Memory held, in bytes.
  long bytes() {
    return segment.byteSize();
  }

  @Override
  public void close() {
    Arena held = arena;
    arena = null;
    segment = MemorySegment.NULL;
    if (held != null) {
      held.close();
    }
  }
}
