package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory for rows in between, made anew where it is too small, else used again. Not thread-safe.
final class ScratchRows {
  private static final long ALIGNMENT_BYTES = 64;

  private MemorySegment memory = MemorySegment.NULL;

  /// `[rows x columns]`; holds anything.
  FloatMatrix of(long rows, int columns) {
    long bytes = Math.multiplyExact(rows, (long) columns * FloatMatrix.ELEMENT_BYTES);
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, ALIGNMENT_BYTES);
    }
    return FloatMatrix.of(memory, rows, columns);
  }
}
