package dev.tessera.kernels.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;

/// The rates of copies between host and device, by the host's clock, of pinned memory and of
/// ordinary memory: the best of some runs.
final class CopyTimings {
  private static final int RUNS = 5;

  private CopyTimings() {}

  /// @param bytes of a copy
  /// @return bytes a second, by what was copied; pinned memory to the device is `pinned in`
  static Map<String, Object> of(Context context, long bytes, CheckReport report) {
    Map<String, Object> rates = new LinkedHashMap<>();
    try (Queue queue = context.newQueue();
        PinnedBuffer pinned = context.newPinnedBuffer(queue, bytes);
        Buffer buffer = context.newBuffer(bytes);
        Arena arena = Arena.ofConfined()) {
      MemorySegment pageable = arena.allocate(bytes, 4096).fill((byte) 1);
      rates.put("pinned in", rate(queue, buffer, pinned.segment(), true));
      rates.put("pinned out", rate(queue, buffer, pinned.segment(), false));
      rates.put("pageable in", rate(queue, buffer, pageable, true));
      rates.put("pageable out", rate(queue, buffer, pageable, false));
    }
    rates.forEach(
        (what, rate) ->
            report.say("copy of %d MB, %s: %.2f GB/s", bytes >> 20, what, (Double) rate / 1e9));
    return rates;
  }

  private static double rate(Queue queue, Buffer buffer, MemorySegment memory, boolean in) {
    long least = Long.MAX_VALUE;
    for (int run = 0; run <= RUNS; run++) { // the first pays for what later ones find done
      queue.finish();
      long start = System.nanoTime();
      try (Event done = in ? queue.write(buffer, 0, memory) : queue.read(buffer, 0, memory)) {
        done.await();
      }
      long nanos = System.nanoTime() - start;
      least = run == 0 ? least : Math.min(least, nanos);
    }
    return memory.byteSize() * 1e9 / least;
  }
}
