package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Anonymous memory that Linux is asked to back by huge pages. Loaded only where this module may
/// call native code.
@SuppressWarnings("restricted") // that is asked for first
final class HugePages {
  private static final Set<String> PROCESSORS = Set.of("amd64", "x86_64", "aarch64");
  private static final int PROTECTION_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int ADVICE_HUGE_PAGE = 14;
  private static final long PAGE_BYTES = 2L << 20;
  private static final long FAILED = -1;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle MAP =
      call(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle UNMAP =
      call(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle ADVISE =
      call(
          "madvise",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private HugePages() {}

  private static MethodHandle call(String name, FunctionDescriptor signature) {
    return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), signature);
  }

  /// Whether the numbers above are those of this system.
  static boolean available() {
    return System.getProperty("os.name", "").equals("Linux")
        && PROCESSORS.contains(System.getProperty("os.arch", "").toLowerCase(Locale.ROOT));
  }

  /// Zeroed memory that begins at a huge page and is given back with `arena`; null if the system
  /// has none.
  static @Nullable MemorySegment allocate(Arena arena, long bytes) {
    long mapped = Math.addExact(bytes, PAGE_BYTES);
    try {
      long address =
          (long) MAP.invokeExact(0L, mapped, PROTECTION_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (address == FAILED) {
        return null;
      }
      MemorySegment all =
          MemorySegment.ofAddress(address)
              .reinterpret(mapped, arena, segment -> unmap(segment.address(), mapped));
      long start = Math.ceilDiv(address, PAGE_BYTES) * PAGE_BYTES;
      int ignored = (int) ADVISE.invokeExact(start, bytes, ADVICE_HUGE_PAGE);
      return all.asSlice(start - address, bytes);
    } catch (Throwable e) { // invokeExact declares it; these calls throw nothing
      throw new AssertionError(e);
    }
  }

  private static void unmap(long address, long bytes) {
    try {
      int failed = (int) UNMAP.invokeExact(address, bytes);
      assert failed == 0 : "munmap";
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
