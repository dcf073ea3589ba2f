package dev.tessera.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// What memory an action took beyond what was there before.
///
/// @param heapBytes allocated on the heap by all threads, collected since or not: the growth at
///   most
/// @param nativeBytes the greatest growth of memory outside the heap (arenas and direct buffers),
///   sampled
/// @param residentBytes the greatest growth of the process's resident set, code that was compiled
///   meanwhile and pages of the heap that were touched for the first time included; -1 where the
///   system does not tell
record MemoryUse(long heapBytes, long nativeBytes, long residentBytes) {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final BufferPoolMXBean NATIVE =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final String CLEAR_PEAK = "5";
  private static final int SETTLING_MILLIS = 100;

  /// Heap bytes allocated by all threads since the JVM started.
  static long allocatedBytes() {
    return THREADS.getTotalThreadAllocatedBytes();
  }

  /// Runs `action` and watches.
  static MemoryUse of(Runnable action) throws IOException, InterruptedException {
    settle();
    PeakSampler sampler = new PeakSampler();
    Thread thread = Thread.ofPlatform().daemon().name("memory-sampler").start(sampler);
    long nativeBefore = NATIVE.getMemoryUsed();
    long residentBefore = -1;
    if (Files.isWritable(CLEAR)) {
      Files.writeString(CLEAR, CLEAR_PEAK);
      residentBefore = statusBytes("VmRSS:");
    }
    long heapBefore = allocatedBytes();
    action.run();
    long heap = allocatedBytes() - heapBefore;
    long resident = residentBefore < 0 ? -1 : statusBytes("VmHWM:") - residentBefore;
    sampler.sample();
    sampler.done = true;
    thread.join();
    return new MemoryUse(heap, sampler.peakBytes - nativeBefore, resident);
  }

  /// Lets memory that is garbage already be freed first: cleaners free native memory some time
  /// after a collection.
  private static void settle() throws InterruptedException {
    long before;
    do {
      before = NATIVE.getMemoryUsed();
      System.gc();
      Thread.sleep(SETTLING_MILLIS);
    } while (NATIVE.getMemoryUsed() != before);
  }

  private static long statusBytes(String key) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(key)) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException(STATUS + " has no line " + key);
  }

  private static final class PeakSampler implements Runnable {
    private static final int INTERVAL_MILLIS = 1;

    private volatile boolean done;
    private volatile long peakBytes;

    synchronized void sample() {
      peakBytes = Math.max(peakBytes, NATIVE.getMemoryUsed());
    }

    @Override
    public void run() {
      while (!done) {
        sample();
        try {
          Thread.sleep(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
          return;
        }
      }
    }
  }
}
