package dev.tessera.text;

import dev.tessera.internal.bpe.VectorTrial;
import dev.tessera.kernel.SplitKernel;

/// The faster of two splitters, which cut alike: plain loops until the vector code has been
/// compiled, which is tried with a few pieces at a time.
final class SplitChoice implements SplitKernel {
  /// Pieces of a trial.
  private static final int TRIAL_PIECES = 128;

  /// Texts shorter than this, in bytes, fill no vector.
  private static final int LEAST_BYTES = 64;

  private final SplitKernel plain;
  private final SplitKernel vectors;
  private final VectorTrial trial = new VectorTrial();

  SplitChoice(SplitKernel plain, SplitKernel vectors) {
    this.plain = plain;
    this.vectors = vectors;
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    if (to - from < LEAST_BYTES) {
      return plain.split(text, from, to, ends);
    }
    return trial.isFast() ? vectors.split(text, from, to, ends) : splitCold(text, from, to, ends);
  }

  private int splitCold(byte[] text, int from, int to, int[] ends) {
    long start = System.nanoTime();
    if (trial.isDue()) {
      int[] some = new int[Math.min(TRIAL_PIECES, ends.length)];
      int pieces = vectors.split(text, from, to, some);
      trial.vectors(System.nanoTime() - start, some[pieces - 1] - from);
      System.arraycopy(some, 0, ends, 0, pieces);
      return pieces;
    }
    int pieces = plain.split(text, from, to, ends);
    trial.plain(System.nanoTime() - start, ends[pieces - 1] - from);
    return pieces;
  }
}
