package dev.tessera.kernel;

/// What a backend is opened with.
///
/// @param threads how many threads a call may use, the caller's own included; 1 to [#MOST_THREADS]
public record BackendOptions(int threads) {
  /// The most threads: more than any machine has processors, few enough for any to start.
  public static final int MOST_THREADS = 4096;

  /// Checks the number of threads.
  ///
  /// @throws IllegalArgumentException if it is not within 1 and [#MOST_THREADS]
  public BackendOptions {
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "a backend takes 1 to %d threads, not %d".formatted(MOST_THREADS, threads));
    }
  }

  /// As many threads as there are processors.
  public static BackendOptions defaults() {
    return new BackendOptions(Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS));
  }
}
