package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory for rows that are gathered: begins at a cache line, and lies in huge pages where the JVM
/// lets this module ask for them.
final class HopMemory {
  /// Floats and bytes of a cache line.
  static final int LINE_FLOATS = 16;

  static final int LINE_BYTES = LINE_FLOATS * Float.BYTES;

  /// Less than this gains nothing from huge pages.
  private static final long LEAST_HUGE_BYTES = 4L << 20;

  /// Asking costs a warning on standard error where native access was not allowed to this module
  /// before (`--enable-native-access`): then it is not asked.
  private static final boolean HUGE =
      HopMemory.class.getModule().isNativeAccessEnabled() && HugePages.available();

  private HopMemory() {}

  /// Memory that lives as long as `arena`; zeroes.
  static MemorySegment allocate(Arena arena, long bytes) {
    if (HUGE && bytes >= LEAST_HUGE_BYTES) {
      MemorySegment huge = HugePages.allocate(arena, bytes);
      if (huge != null) {
        return huge;
      }
    }
    return arena.allocate(bytes, Lanes.ALIGNMENT_BYTES);
  }

  /// Whether rows lie in huge pages, in words.
  static String describe() {
    return HUGE ? "huge pages" : "no huge pages without --enable-native-access";
  }
}
