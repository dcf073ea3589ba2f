package dev.tessera.internal.bpe;

import dev.tessera.kernel.PieceTable;

/// Looks pieces up in the table of a cache, one after the other, where each of them is looked for
/// first.
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
      PieceTable table,
      byte[] text,
      int from,
      int[] ends,
      int piece,
      int pieces,
      int[] ids,
      int offset) {
    long[] slots = table.slots();
    int shift = table.shift();
    int mediumSlots = table.mediumSlots();
    int lastRead = text.length - Long.BYTES;
    int to = offset;
    int start = from;
    int i = piece;
    for (; i < pieces && start <= lastRead; i++) {
      int end = ends[i];
      int length = end - start;
      if (length <= PieceTable.SHORT_BYTES) {
        long first = Words.load(text, start) & ((1L << (length << 3)) - 1);
        long second = (long) length << PieceTable.LENGTH_SHIFT;
        int slot = PieceTable.slot(first ^ second, shift) << 1;
        long word = slots[slot + 1];
        if (slots[slot] != (first | second) || word < 0) {
          break;
        }
        PieceTable.writeThree(word, ids, to);
        to += (int) (word >>> PieceTable.COUNT_SHIFT);
      } else if (length <= PieceTable.MEDIUM_BYTES) {
        long first = Words.load(text, start);
        // the bytes behind the eighth; a shift of 64 is none in Java, hence two
        long second =
            (Words.load(text, end - Long.BYTES) >>> 1 >>> (127 - (length << 3)))
                | (long) length << PieceTable.LENGTH_SHIFT;
        int slot = mediumSlots + (PieceTable.slot(first ^ second, shift) << 2);
        long word = slots[slot + 2];
        if (slots[slot] != (first ^ second) || slots[slot + 1] != second || word < 0) {
          break;
        }
        PieceTable.writeThree(word, ids, to);
        int count = (int) (word >>> PieceTable.COUNT_SHIFT);
        if (count > PieceTable.IDS_A_WORD) {
          PieceTable.writeThree(slots[slot + 3], ids, to + PieceTable.IDS_A_WORD);
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
