package dev.tessera.internal.bpe;

/// Looks pieces up in the cache, one after the other, where each of them is looked for first.
final class PieceLookup {
  private int written;

  /// Writes the ids of the pieces from `ends[piece]` on, up to one that is not found, is too long
  /// or too near to the end of the text.
  ///
  /// @param from where the first of them begins
  /// @param pieces one past the last
  /// @param ids written from `offset` on
  /// @return one past the last id
  int write(
      PieceCache cache,
      byte[] text,
      int from,
      int[] ends,
      int piece,
      int pieces,
      int[] ids,
      int offset) {
    long[] slots = cache.slots;
    int shift = cache.shift;
    int mediumSlots = cache.mediumSlots;
    int lastRead = text.length - Long.BYTES;
    int to = offset;
    int start = from;
    int i = piece;
    for (; i < pieces && start <= lastRead; i++) {
      int end = ends[i];
      int length = end - start;
      if (length <= PieceCache.SHORT_BYTES) {
        long first = Words.load(text, start) & ((1L << (length << 3)) - 1);
        long second = (long) length << PieceCache.LENGTH_SHIFT;
        int slot = PieceCache.slot(first, second, shift) << 1;
        long word = slots[slot + 1];
        if (slots[slot] != (first | second) || word < 0) {
          break;
        }
        PieceCache.writeThree(word, ids, to);
        to += (int) (word >>> PieceCache.COUNT_SHIFT);
      } else if (length <= PieceCache.MEDIUM_BYTES) {
        long first = Words.load(text, start);
        // the bytes behind the eighth; a shift of 64 is none in Java, hence two
        long second =
            (Words.load(text, end - Long.BYTES) >>> 1 >>> (127 - (length << 3)))
                | (long) length << PieceCache.LENGTH_SHIFT;
        int slot = mediumSlots + (PieceCache.slot(first, second, shift) << 2);
        long word = slots[slot + 2];
        if (slots[slot] != (first ^ second) || slots[slot + 1] != second || word < 0) {
          break;
        }
        PieceCache.writeThree(word, ids, to);
        int count = (int) (word >>> PieceCache.COUNT_SHIFT);
        if (count > PieceCache.IDS_A_WORD) {
          PieceCache.writeThree(slots[slot + 3], ids, to + PieceCache.IDS_A_WORD);
        }
        to += count;
      } else {
        break;
      }
      start = end;
    }
    written = i;
    return to;
  }

  /// The number of the piece that the last [#write] ended at.
  int written() {
    return written;
  }
}
