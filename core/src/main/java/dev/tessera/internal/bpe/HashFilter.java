package dev.tessera.internal.bpe;

/// A set of hashes that says yes of each that was added, and of few others: each sets two bits of
/// one word. Over the caller's words, without an object, as it is asked in the innermost loops.
final class HashFilter {
  /// The words are at most two to this.
  static final int MOST_WORD_BITS = 15;

  // below the bits of a hash that choose the word are those that choose two of its bits
  private static final int FIRST_BIT_SHIFT = Long.SIZE - MOST_WORD_BITS - 6;
  private static final int SECOND_BIT_SHIFT = FIRST_BIT_SHIFT - 6;

  private HashFilter() {}

  /// Adds a hash, its upper bits the best.
  ///
  /// @param shift what leaves of a hash the number of a word
  static void add(long[] words, int shift, long hash) {
    words[(int) (hash >>> shift)] |=
        1L << (hash >>> FIRST_BIT_SHIFT) | 1L << (hash >>> SECOND_BIT_SHIFT);
  }

  /// 1 where a hash may have been added, 0 where it was not.
  static int find(long[] words, int shift, long hash) {
    long word = words[(int) (hash >>> shift)];
    return (int) (word >>> (hash >>> FIRST_BIT_SHIFT) & word >>> (hash >>> SECOND_BIT_SHIFT)) & 1;
  }
}
