package dev.tessera.internal.bpe;

import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.PieceTable;

/// Looks pieces up together by plain loops: first it is told where each of them would be, then all
/// these places are read, which the processor does at once, then what is there is compared. One
/// piece after the other, half of the time went into waiting for the memory of the cache, as the
/// processor sees no more than some eight pieces ahead.
final class LoopProbe implements PieceProbe {
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
  private PieceTable table = new PieceTable(new long[0], 0, 0);
  private int written;

  /// What was read ahead. Nobody asks for it; it is kept so that the reading is not left out.
  @SuppressWarnings("UnusedVariable")
  private long read;

  private static long bytes(int count) {
    return -1L >>> (Long.SIZE - Byte.SIZE * count);
  }

  @Override
  public void find(PieceTable table, byte[] text, int from, int[] ends, int piece) {
    this.table = table;
    written = -1;
    long[] slots = table.slots();
    int shift = table.shift();
    int mediumSlots = table.mediumSlots();
    int start = from;
    for (int i = 0; i < PIECES; i++) {
      int end = ends[piece + i];
      int length = end - start;
      long first = Words.load(text, start) & FIRST_BYTES[length & (LENGTHS - 1)];
      long second =
          (Words.load(text, start + Long.BYTES) & SECOND_BYTES[length & (LENGTHS - 1)])
              | (long) length << PieceTable.LENGTH_SHIFT;
      int medium = length >>> 3 & 1;
      keys[i] = first ^ second;
      seconds[i] = length > PieceTable.MEDIUM_BYTES ? LONG : second;
      places[i] = (PieceTable.slot(first ^ second, shift) << 1 << medium) + (-medium & mediumSlots);
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
    read ^= all;
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

  /// Takes into account how many places of the last [#find] are among some thousand of those before
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

  @Override
  public int write(int[] ids, int offset) {
    long[] slots = table.slots();
    int to = offset;
    int i = written + 1;
    for (; i < PIECES; i++) {
      long second = seconds[i];
      if (second == LONG) {
        break;
      }
      int place = places[i];
      int medium = (int) (second >>> (PieceTable.LENGTH_SHIFT + 3));
      long differs = (slots[place] ^ keys[i]) | ((slots[place + 1] ^ second) & -(long) medium);
      long word = slots[place + 1 + medium];
      if (differs != 0 || word < 0) {
        break;
      }
      PieceTable.writeThree(word, ids, to);
      int some = (int) (word >>> PieceTable.COUNT_SHIFT);
      if (some > PieceTable.IDS_A_WORD) {
        PieceTable.writeThree(slots[place + 3], ids, to + PieceTable.IDS_A_WORD);
      }
      to += some;
    }
    written = i;
    return to;
  }

  @Override
  public int written() {
    return written;
  }
}
