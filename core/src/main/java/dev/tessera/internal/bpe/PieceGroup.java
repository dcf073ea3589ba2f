package dev.tessera.internal.bpe;

/// Pieces that are looked up in the cache together: first it is told where each of them would be,
/// then all these places are read, which the processor does at once, then what is there is
/// compared. One piece after the other, half of the time went into waiting for the memory of the
/// cache, as the processor sees no more than some eight pieces ahead.
final class PieceGroup {
  /// Pieces of a group, a power of two.
  static final int PIECES = 64;

  /// Bytes behind the beginning of a piece that are read, though not used, for a short one.
  static final int READ_BYTES = 16;

  /// How far ahead text is brought into the caches: looking things up makes the processor forget
  /// that it is read from front to back.
  private static final int AHEAD_BYTES = 4096;

  private static final int LINE_BYTES = 64;

  /// Places that are remembered to judge by: English text repeats 0.73 of them, source code 0.80,
  /// lines of a log, which are faster one after the other, 0.95.
  private static final int RECENT = 4096;

  /// Groups whose shares of repeated places are averaged.
  private static final int AVERAGED = 8;

  private static final int MOST_REPEATED = (int) (0.85 * PIECES * AVERAGED);

  /// Calls, one of which reads a group although groups do not pay.
  private static final int ASKED = 8;

  private static final int LENGTHS = 16;

  /// What is left of the first word of a piece, and of the second, by its length.
  private static final long[] FIRST_BYTES = new long[LENGTHS];

  private static final long[] SECOND_BYTES = new long[LENGTHS];

  /// A second word of no piece: of one that is too long.
  private static final long LONG = -1;

  static {
    for (int length = 1; length < LENGTHS; length++) {
      FIRST_BYTES[length] = bytes(Math.min(length, Long.BYTES));
      SECOND_BYTES[length] = length <= Long.BYTES ? 0 : bytes(length - Long.BYTES);
    }
  }

  private final long[] keys = new long[PIECES];
  private final long[] seconds = new long[PIECES];
  private final int[] places = new int[PIECES];
  private final int[] recent = new int[RECENT];
  private int repeated;
  private int asked;
  private int written;

  private static long bytes(int count) {
    return -1L >>> (Long.SIZE - Byte.SIZE * count);
  }

  /// Reads the places of [#PIECES] pieces, the first of which begins at `from`.
  ///
  /// @param text with [#READ_BYTES] from where each of them begins
  /// @param ends where they end, from `ends[piece]` on
  /// @return nothing of use, but made of all that was read
  long read(PieceCache cache, byte[] text, int from, int[] ends, int piece) {
    long[] slots = cache.slots;
    int shift = cache.shift;
    int mediumSlots = cache.mediumSlots;
    int start = from;
    for (int i = 0; i < PIECES; i++) {
      int end = ends[piece + i];
      int length = end - start;
      long first = Words.load(text, start) & FIRST_BYTES[length & (LENGTHS - 1)];
      long second =
          (Words.load(text, start + Long.BYTES) & SECOND_BYTES[length & (LENGTHS - 1)])
              | (long) length << PieceCache.LENGTH_SHIFT;
      int medium = length >>> 3 & 1;
      keys[i] = first ^ second;
      seconds[i] = length > PieceCache.MEDIUM_BYTES ? LONG : second;
      places[i] = (PieceCache.slot(first, second, shift) << 1 << medium) + (-medium & mediumSlots);
      start = end;
    }
    long all = 0;
    for (int i = 0; i < PIECES; i++) {
      all ^= slots[places[i]];
    }
    int last = Math.min(start + AHEAD_BYTES, text.length);
    for (int at = from + AHEAD_BYTES; at < last; at += LINE_BYTES) {
      all ^= text[at];
    }
    return all;
  }

  /// Whether groups are faster than one piece after the other: where the places of text like this
  /// are not in the caches of the processor.
  boolean pays() {
    return repeated < MOST_REPEATED;
  }

  /// Whether a group is to be read although groups do not pay, to see whether that has changed.
  boolean isAsked() {
    asked++;
    return asked % ASKED == 0;
  }

  /// Takes into account how many places of the last [#read] are among some thousand of those before
  /// that were looked at for this.
  void judge() {
    int now = 0;
    for (int place : places) {
      int at = (place >>> 1) & (RECENT - 1);
      now += recent[at] == place ? 1 : 0;
      recent[at] = place;
    }
    repeated += now - repeated / AVERAGED;
  }

  /// Writes the ids of the pieces from number `from` on, up to one that is not where it is looked
  /// for first.
  ///
  /// @param ids written from `offset` on
  /// @return one past the last id
  int write(PieceCache cache, int from, int[] ids, int offset) {
    long[] slots = cache.slots;
    int to = offset;
    int i = from;
    for (; i < PIECES; i++) {
      long second = seconds[i];
      if (second == LONG) {
        break;
      }
      int place = places[i];
      int medium = (int) (second >>> (PieceCache.LENGTH_SHIFT + 3));
      long differs = (slots[place] ^ keys[i]) | ((slots[place + 1] ^ second) & -(long) medium);
      long word = slots[place + 1 + medium];
      if (differs != 0 || word < 0) {
        break;
      }
      PieceCache.writeThree(word, ids, to);
      int some = (int) (word >>> PieceCache.COUNT_SHIFT);
      if (some > PieceCache.IDS_A_WORD) {
        PieceCache.writeThree(slots[place + 3], ids, to + PieceCache.IDS_A_WORD);
      }
      to += some;
    }
    written = i;
    return to;
  }

  /// The number of the piece that the last [#write] ended at.
  int written() {
    return written;
  }
}
