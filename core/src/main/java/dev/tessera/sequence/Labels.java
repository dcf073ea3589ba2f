package dev.tessera.sequence;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// What a model is to learn to say at each position of a sequence: the id that stands there, or
/// [#IGNORED] where nothing is to be learned.
public final class Labels {
  /// Stands where nothing is to be learned: the index that PyTorch's cross entropy leaves out.
  public static final int IGNORED = -100;

  private Labels() {}

  /// Nothing is to be learned at any of `length` positions.
  public static int[] none(int length) {
    int[] labels = new int[length];
    Arrays.fill(labels, IGNORED);
    return labels;
  }

  /// The ids from position `first` on, as the answer behind a prompt.
  ///
  /// @throws IllegalArgumentException if there is no such position, nor the end
  public static int[] from(int[] ids, int first) {
    if (first < 0 || first > ids.length) {
      throw new IllegalArgumentException(
          "a sequence of %d ids has no position %d".formatted(ids.length, first));
    }
    int[] labels = ids.clone();
    Arrays.fill(labels, 0, first, IGNORED);
    return labels;
  }

  /// The ids for which `isLearned` holds, as those of an image alone.
  public static int[] where(int[] ids, IntPredicate isLearned) {
    int[] labels = ids.clone();
    for (int i = 0; i < labels.length; i++) {
      if (!isLearned.test(ids[i])) {
        labels[i] = IGNORED;
      }
    }
    return labels;
  }
}
