package dev.tessera.text;

import dev.tessera.kernel.SplitKernel;

/// The faster of two splitters, which cut alike: plain loops until the vector code has been
/// compiled. Before that each vector is an object, and the vector code is some hundred times
/// slower; 8 MB in a fresh JVM took 2.7 times as long with it from the first byte on. So it is
/// given as much time as plain loops have taken, a few pieces at a time, until it is faster.
final class SplitChoice implements SplitKernel {
  /// Pieces of a trial.
  private static final int TRIAL_PIECES = 128;

  /// Trials in a row that must be faster.
  private static final int WINS = 3;

  /// Texts shorter than this, in bytes, fill no vector.
  private static final int LEAST_BYTES = 64;

  private final SplitKernel plain;
  private final SplitKernel vectors;
  private volatile boolean fast;

  // these are hints: threads may overwrite each other's
  private long plainNanos;
  private long plainBytes;
  private long vectorNanos;
  private int wins;

  SplitChoice(SplitKernel plain, SplitKernel vectors) {
    this.plain = plain;
    this.vectors = vectors;
  }

  /// Whether the vector code has won, which then stays so.
  boolean isFast() {
    return fast;
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    if (to - from < LEAST_BYTES) {
      return plain.split(text, from, to, ends);
    }
    return fast ? vectors.split(text, from, to, ends) : splitCold(text, from, to, ends);
  }

  private int splitCold(byte[] text, int from, int to, int[] ends) {
    long start = System.nanoTime();
    if (vectorNanos < plainNanos) {
      int[] some = new int[Math.min(TRIAL_PIECES, ends.length)];
      int pieces = vectors.split(text, from, to, some);
      long nanos = System.nanoTime() - start;
      vectorNanos += nanos;
      int bytes = some[pieces - 1] - from;
      wins = (double) nanos * plainBytes < (double) plainNanos * bytes ? wins + 1 : 0;
      fast = wins >= WINS;
      System.arraycopy(some, 0, ends, 0, pieces);
      return pieces;
    }
    int pieces = plain.split(text, from, to, ends);
    plainNanos += System.nanoTime() - start;
    plainBytes += ends[pieces - 1] - from;
    return pieces;
  }
}
