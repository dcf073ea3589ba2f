package dev.tessera.kernels.opencl;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// How long commands ran on the device, by its own events, and what was copied. Thread-safe.
final class DeviceTimes {
  private final Map<String, Long> kernelNanos = new LinkedHashMap<>();
  private long copiedInBytes;
  private long copiedInNanos;
  private long copiedOutBytes;
  private long copiedOutNanos;
  private long stagedNanos;
  private long startedNanos;
  private long waitedNanos;
  private long collectedNanos;

  synchronized void kernel(String name, long nanos) {
    kernelNanos.merge(name, nanos, Long::sum);
  }

  synchronized void copiedIn(long bytes, long nanos) {
    copiedInBytes += bytes;
    copiedInNanos += nanos;
  }

  synchronized void copiedOut(long bytes, long nanos) {
    copiedOutBytes += bytes;
    copiedOutNanos += nanos;
  }

  /// How long the host took to put data into pinned memory.
  synchronized void staged(long nanos) {
    stagedNanos += nanos;
  }

  /// How long it took to hand commands over.
  synchronized void started(long nanos) {
    startedNanos += nanos;
  }

  /// How long it waited for the device.
  synchronized void waited(long nanos) {
    waitedNanos += nanos;
  }

  /// How long it took to take results from pinned memory.
  synchronized void collected(long nanos) {
    collectedNanos += nanos;
  }

  /// Nanoseconds of all kernels so far.
  synchronized long kernelNanos() {
    return kernelNanos.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Bytes a second at which data went in so far, or 0.
  synchronized double inBytesPerSecond() {
    return copiedInNanos == 0 ? 0 : copiedInBytes * 1e9 / copiedInNanos;
  }

  /// As in `kernels 12.1 ms (screen 11.0, certify 1.1), in 128.0 MB at 22.1 GB/s, out 4.0 MB at 9.8
  /// GB/s; the host staged for 3.1 ms, gave commands for 0.2 ms, waited for 9.8 ms, took results
  /// for 0.4 ms`.
  @Override
  public synchronized String toString() {
    return "kernels %s ms (%s), in %s, out %s; the host staged for %s ms, gave commands for %s ms, waited for %s ms, took results for %s ms"
        .formatted(
            millis(kernelNanos()),
            kernelNanos.entrySet().stream()
                .map(entry -> entry.getKey() + " " + millis(entry.getValue()))
                .collect(Collectors.joining(", ")),
            copied(copiedInBytes, copiedInNanos),
            copied(copiedOutBytes, copiedOutNanos),
            millis(stagedNanos),
            millis(startedNanos),
            millis(waitedNanos),
            millis(collectedNanos));
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.1f", nanos / 1e6);
  }

  private static String copied(long bytes, long nanos) {
    return String.format(
        Locale.ROOT, "%.1f MB at %.1f GB/s", bytes / 1e6, nanos == 0 ? 0 : (double) bytes / nanos);
  }
}
