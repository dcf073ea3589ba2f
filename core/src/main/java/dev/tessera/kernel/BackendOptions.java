package dev.tessera.kernel;

/// What a backend is opened with.
///
/// @param threads how many threads a call may use, the caller's own included; at least 1
public record BackendOptions(int threads) {
  /// Checks that there is a thread.
  public BackendOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("a backend needs at least 1 thread, not " + threads);
    }
  }

  /// As many threads as there are processors.
  public static BackendOptions defaults() {
    return new BackendOptions(Runtime.getRuntime().availableProcessors());
  }
}
