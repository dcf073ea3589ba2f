package dev.tessera.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What memory an action took beyond what was there before.
///
/// @param heapBytes allocated on the heap by all threads, collected since or not: the growth at
///   most
/// @param residentBytes the greatest growth of the process's resident set: memory outside the heap,
///   where the C library gives back what is freed (it does for blocks above
///   `MALLOC_MMAP_THRESHOLD_`), and pages of the heap that were touched for the first time; -1
///   where the system does not tell
record MemoryUse(long heapBytes, long residentBytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String CLEAR_PEAK = "5";
  private static final int SETTLING_MILLIS = 100;
  private static final int MOST_SETTLINGS = 50;
  private static final long SETTLED_BYTES = 1 << 20;

  /// Heap bytes allocated by all threads since the JVM started.
  static long allocatedBytes() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  /// Runs `action` and watches.
  static MemoryUse of(Runnable action) throws IOException, InterruptedException {
    System.gc(); // memory that is garbage already is freed first; cleaners take a while
    settle();
    long residentBefore = -1;
    if (Files.isWritable(CLEAR)) {
      Files.writeString(CLEAR, CLEAR_PEAK);
      residentBefore = statusBytes("VmRSS:");
    }
    long heapBefore = allocatedBytes();
    action.run();
    long heap = allocatedBytes() - heapBefore;
    long resident = residentBefore < 0 ? -1 : statusBytes("VmHWM:") - residentBefore;
    return new MemoryUse(heap, resident);
  }

  /// Waits until the JVM has given back the pages of a heap that has shrunk, which it does bit by
  /// bit: meanwhile growth would not show.
  private static void settle() throws IOException, InterruptedException {
    Thread.sleep(SETTLING_MILLIS);
    if (!Files.isReadable(STATUS)) {
      return;
    }
    long before = statusBytes("VmRSS:");
    for (int i = 0; i < MOST_SETTLINGS; i++) {
      Thread.sleep(SETTLING_MILLIS);
      long now = statusBytes("VmRSS:");
      if (before - now < SETTLED_BYTES) {
        return;
      }
      before = now;
    }
  }

  private static long statusBytes(String key) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(STATUS + " has no line " + key);
  }
}
