package dev.tessera.kernel;

/// What a backend is opened with.
///
/// @param threads how many threads a call may use, the caller's own included; 1 to [#MOST_THREADS]
/// @param device which device a backend that runs on devices takes
/// @param deviceMemoryBytes how much of the device's memory the backend may hold, in bytes, at
///   least 1; what does not fit streams through. [#ALL_DEVICE_MEMORY] leaves it to the backend
public record BackendOptions(int threads, DeviceChoice device, long deviceMemoryBytes) {
  /// The most threads: more than any machine has processors, few enough for any to start.
  public static final int MOST_THREADS = 4096;

  /// No cap but the device's own memory.
  public static final long ALL_DEVICE_MEMORY = Long.MAX_VALUE;

  /// Checks both numbers.
  ///
  /// @throws IllegalArgumentException if the threads are not within 1 and [#MOST_THREADS], or there
  ///   is no device memory
  public BackendOptions {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "a backend takes 1 to %d threads, not %d".formatted(MOST_THREADS, threads));
    }
    if (deviceMemoryBytes < 1) {
      throw new IllegalArgumentException(
          "a backend takes at least 1 byte of device memory, not " + deviceMemoryBytes);
    }
  }

  /// The best device, and as much of its memory as is of use.
  public BackendOptions(int threads) {
    this(threads, DeviceChoice.BEST, ALL_DEVICE_MEMORY);
  }

  /// As many threads as there are processors.
  public static BackendOptions defaults() {
    return new BackendOptions(Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS));
  }

  /// These options on another device.
  public BackendOptions withDevice(DeviceChoice other) {
    return new BackendOptions(threads, other, deviceMemoryBytes);
  }

  /// These options with another cap on device memory.
  public BackendOptions withDeviceMemoryBytes(long bytes) {
    return new BackendOptions(threads, device, bytes);
  }
}
