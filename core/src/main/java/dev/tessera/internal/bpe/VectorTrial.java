package dev.tessera.internal.bpe;

/// Whether vector code is faster than plain loops that do the same. Before the JVM has compiled it
/// each vector is an object, and the vector code is some hundred times slower; 8 MB of text in a
/// fresh JVM took 2.7 times as long with it from the first byte on. So it is given as much time as
/// plain loops have taken, a little work at a time, until it is faster. Thread-safe.
public final class VectorTrial {
  /// Turns in a row that must be faster.
  private static final int WINS = 3;

  /// Vector code that has not become faster in this time never does.
  private static final long MOST_NANOS = 3_000_000_000L;

  private volatile boolean fast;

  // these are hints: threads may overwrite each other's
  private long plainNanos;
  private long plainWork;
  private long vectorNanos;
  private int wins;

  /// Whether the vector code has won, which then stays so.
  public boolean isFast() {
    return fast;
  }

  /// Whether it is the vector code's turn.
  public boolean isDue() {
    return vectorNanos < Math.min(plainNanos, MOST_NANOS);
  }

  /// The vector code had its turn.
  ///
  /// @param work how much it did, in the same unit as plain loops
  public void vectors(long nanos, int work) {
    vectorNanos += nanos;
    wins = (double) nanos * plainWork < (double) plainNanos * work ? wins + 1 : 0;
    fast = fast || wins >= WINS;
  }

  /// Plain loops did some work.
  public void plain(long nanos, int work) {
    plainNanos += nanos;
    plainWork += work;
  }
}
