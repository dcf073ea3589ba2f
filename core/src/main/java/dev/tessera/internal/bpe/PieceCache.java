package dev.tessera.internal.bpe;

import dev.tessera.kernel.PieceTable;
import org.jspecify.annotations.Nullable;

/// Pieces of text and their ids, as many as a fixed memory holds, in three tables by length:
///
/// | bytes of a piece | a slot |
/// |---|---|
/// | up to 7 | 16 bytes: the piece with its length in one word; up to three ids |
/// | 8 to 15 | 32 bytes: the piece with its length in two words; up to six ids |
/// | more | a hash and the place of piece and ids in an arena |
///
/// Nothing is found by its hash alone: words are compared, and in the arena bytes. The first two
/// are sets of eight slots, of which the encoder itself looks at one; what is found in another
/// moves there, what comes only once never drives it away. The arena is forgotten when it is full.
/// Ids that a slot cannot hold go to the arena, too. Each thread has its own.
///
/// With sets of four, where each new entry moved the others on, a sixth of the time on English went
/// into pieces that had been driven out.
///
/// Slots of 16 and 32 bytes were 1.3 times as fast as 32 bytes for all: what counts is how many
/// pieces the second-level cache holds.
final class PieceCache {
  static final int SHORT_BYTES = PieceTable.SHORT_BYTES;
  static final int MEDIUM_BYTES = PieceTable.MEDIUM_BYTES;

  /// The least memory, in bytes.
  static final long LEAST_BYTES = 1 << 16;

  /// Slots of a set.
  private static final int WAYS = 8;

  private static final int SHORT_WORDS = 2;
  private static final int MEDIUM_WORDS = 4;

  private static final int PROBES = 8;
  private static final int OFFSET_BITS = 32;
  private static final int GENERATION_MASK = (1 << 24) - 1;
  private static final int HEADER_BYTES = 8;

  /// The slots of pieces of up to 15 bytes, where [#find] looks first.
  final PieceTable table;

  private final long[] slots;
  private final int mediumSlots;
  private final int shift;
  private final long[] longIndex;
  private final byte[] arena;
  private int arenaEnd;
  private int generation;

  /// Counts entries that were driven out, so that it is another one's turn each time.
  private int turn;

  /// What a cache begins with, and goes back to when the arena is full; null in one that is being
  /// filled for others to begin with.
  private final @Nullable PieceCache seed;

  /// An empty cache.
  ///
  /// @param bytes how much memory it may take, at least [#LEAST_BYTES]
  PieceCache(long bytes) {
    // a quarter, rounded down to a power of two, to the first, half to the second, the rest to the
    // arena: text has about as many distinct pieces of up to 7 bytes as of 8 to 15
    int quarter = (int) Long.highestOneBit(Math.clamp(bytes / 4, LEAST_BYTES / 4, 1L << 27));
    mediumSlots = quarter / 8;
    slots = new long[mediumSlots + quarter / 4];
    shift = 64 - Integer.numberOfTrailingZeros(quarter / 16);
    table = new PieceTable(slots, mediumSlots, shift);
    longIndex = new long[quarter / 128];
    long rest = bytes - 3L * quarter - quarter / 16;
    arena = new byte[(int) Math.min(rest, 1L << 30)];
    seed = null;
  }

  /// A copy, which goes its own way.
  PieceCache(PieceCache seed) {
    slots = seed.slots.clone();
    mediumSlots = seed.mediumSlots;
    shift = seed.shift;
    table = new PieceTable(slots, mediumSlots, shift);
    longIndex = seed.longIndex.clone();
    arena = new byte[seed.arena.length];
    System.arraycopy(seed.arena, 0, arena, 0, seed.arenaEnd);
    arenaEnd = seed.arenaEnd;
    this.seed = seed;
  }

  /// Memory held, in bytes.
  long bytes() {
    return 8L * (slots.length + longIndex.length) + arena.length;
  }

  /// The first eight bytes of a piece, of less if it has less.
  static long firstWord(byte[] text, int from, int length) {
    return Words.load(text, from, Math.min(length, Long.BYTES));
  }

  /// The bytes behind the eighth of a piece of up to 15, and its length in the uppermost byte.
  static long secondWord(byte[] text, int from, int length) {
    long bytes =
        length <= Long.BYTES ? 0 : Words.load(text, from + Long.BYTES, length - Long.BYTES);
    return bytes | (long) length << PieceTable.LENGTH_SHIFT;
  }

  private static boolean isMedium(long second) {
    return second >>> PieceTable.LENGTH_SHIFT > SHORT_BYTES;
  }

  /// The place in [#slots] that holds a piece of up to 15 bytes; or the complement of the one where
  /// it goes: the first free one of its set, or one of those not looked at first, whose entry is
  /// forgotten then. No slot becomes free again, so that a piece is not behind a free one, unless
  /// it was swapped there: it is kept a second time then. What was found elsewhere moves to where
  /// it is looked for first.
  int find(long first, long second) {
    boolean medium = isMedium(second);
    int words = medium ? MEDIUM_WORDS : SHORT_WORDS;
    long key = first ^ second;
    int home = PieceTable.slot(key, shift) * words + (medium ? mediumSlots : 0);
    for (int way = 0; way < WAYS; way++) {
      int slot = home ^ way * words;
      if (slots[slot] == key && (!medium || slots[slot + 1] == second)) {
        return way == 0 ? slot : swap(slot, home, words);
      }
      if (slots[medium ? slot + 1 : slot] == 0) {
        return ~slot;
      }
    }
    return ~(home ^ wayOut() * words);
  }

  /// The ids that the slot at this place holds, up to three, or where in the arena they are.
  long word(int slot) {
    return slots[slot < mediumSlots ? slot + 1 : slot + 2];
  }

  /// The fourth id and on that the slot at this place holds.
  long moreWord(int slot) {
    return slot < mediumSlots ? 0 : slots[slot + 3];
  }

  /// Swaps two slots of so many words, and returns the second.
  private int swap(int slot, int other, int words) {
    for (int i = 0; i < words; i++) {
      long word = slots[slot + i];
      slots[slot + i] = slots[other + i];
      slots[other + i] = word;
    }
    return other;
  }

  private int wayOut() {
    turn = turn + 1 == WAYS - 1 ? 0 : turn + 1;
    return 1 + turn;
  }

  /// Keeps a piece of up to 15 bytes. A cache that others begin with keeps the entries that came
  /// first.
  ///
  /// @param found what [#find] said
  void keep(int found, long first, long second, int[] ids, int count) {
    boolean medium = isMedium(second);
    int most = medium ? PieceTable.MOST_IDS : PieceTable.IDS_A_WORD;
    long word = count <= most ? word(ids, 0, Math.min(count, PieceTable.IDS_A_WORD)) : 0;
    long more = 0;
    if (word != 0 && count > PieceTable.IDS_A_WORD) {
      more = word(ids, PieceTable.IDS_A_WORD, count - PieceTable.IDS_A_WORD);
      word =
          more == 0 ? 0 : word + ((long) (count - PieceTable.IDS_A_WORD) << PieceTable.COUNT_SHIFT);
    }
    if (word == 0) {
      word = inArena(ids, count);
    }
    int slot = found < 0 ? ~found : found;
    if (word == 0 || (seed == null && slots[medium ? slot + 1 : slot] != 0)) {
      return;
    }
    slots[slot] = first ^ second;
    if (medium) {
      slots[slot + 1] = second;
      slots[slot + 2] = word;
      slots[slot + 3] = more;
    } else {
      slots[slot + 1] = word;
    }
  }

  /// Up to three ids and their number, or 0 if one of them is too large.
  private static long word(int[] ids, int from, int count) {
    long word = (long) count << PieceTable.COUNT_SHIFT;
    for (int i = 0; i < count; i++) {
      if (ids[from + i] > PieceTable.ID_MASK) {
        return 0;
      }
      word |= (long) ids[from + i] << (i * PieceTable.ID_BITS);
    }
    return word;
  }

  /// Puts ids into the arena; 0 if they are too many.
  private long inArena(int[] ids, int count) {
    int entry = allocate(0, count);
    if (entry < 0) {
      return 0;
    }
    fill(entry, 0, ids, count);
    return (long) PieceTable.ELSEWHERE << PieceTable.COUNT_SHIFT
        | (long) generation << OFFSET_BITS
        | entry;
  }

  /// The entry in the arena that a word points to, or -1 if it is forgotten.
  int arenaEntry(long word) {
    boolean current = ((int) (word >>> OFFSET_BITS) & GENERATION_MASK) == generation;
    int entry = (int) word;
    // what the cache began with stays where it is
    return current || (seed != null && entry < seed.arenaEnd) ? entry : -1;
  }

  /// The entry of a piece of 16 bytes or more, or -1.
  int findLong(byte[] text, int from, int length, long hash) {
    int mask = longIndex.length - 1;
    int slot = (int) hash & mask;
    for (int probe = 0; probe < PROBES; probe++) {
      long word = longIndex[slot];
      if (word == 0) {
        return -1;
      }
      if ((word ^ hash) >>> OFFSET_BITS == 0) {
        int entry = (int) word - 1;
        if ((int) Words.INT.get(arena, entry) == length
            && Words.equal(arena, entry + HEADER_BYTES, text, from, length)) {
          return entry;
        }
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /// Keeps a piece of 16 bytes or more.
  void keepLong(byte[] text, int from, int length, long hash, int[] ids, int count) {
    int entry = allocate(length, count);
    if (entry < 0) {
      return;
    }
    System.arraycopy(text, from, arena, entry + HEADER_BYTES, length);
    fill(entry, length, ids, count);
    int mask = longIndex.length - 1;
    int home = (int) hash & mask;
    int slot = home;
    for (int probe = 0; probe < PROBES && longIndex[slot] != 0; probe++) {
      slot = (slot + 1) & mask;
    }
    boolean free = longIndex[slot] == 0;
    if (free || seed != null) {
      longIndex[free ? slot : home] = hash >>> OFFSET_BITS << OFFSET_BITS | (entry + 1);
    }
  }

  /// Room for a piece and its ids; -1 if they are too long to be worth it.
  private int allocate(int length, int count) {
    long bytes = HEADER_BYTES + padded(length) + 4L * count;
    if (bytes > arena.length / 16) {
      return -1;
    }
    if (arenaEnd + bytes > arena.length) {
      if (seed == null) {
        return -1;
      }
      forgetArena(seed);
    }
    int entry = arenaEnd;
    arenaEnd += (int) bytes;
    return entry;
  }

  /// Pieces end at a word, so that ids begin at one.
  private static int padded(int length) {
    return (length + 3) & ~3;
  }

  private void fill(int entry, int length, int[] ids, int count) {
    Words.INT.set(arena, entry, length);
    Words.INT.set(arena, entry + 4, count);
    int at = entry + HEADER_BYTES + padded(length);
    for (int i = 0; i < count; i++) {
      Words.INT.set(arena, at + 4 * i, ids[i]);
    }
  }

  /// Copies the ids of an entry.
  ///
  /// @return how many there are
  int copy(int entry, int[] target, int offset) {
    int count = (int) Words.INT.get(arena, entry + 4);
    int at = entry + HEADER_BYTES + padded((int) Words.INT.get(arena, entry));
    for (int i = 0; i < count; i++) {
      target[offset + i] = (int) Words.INT.get(arena, at + 4 * i);
    }
    return count;
  }

  private void forgetArena(PieceCache first) {
    arenaEnd = first.arenaEnd;
    System.arraycopy(first.longIndex, 0, longIndex, 0, longIndex.length);
    generation = (generation + 1) & GENERATION_MASK;
    if (generation == 0) { // words of the first generation would count as current again
      System.arraycopy(first.slots, 0, slots, 0, slots.length);
    }
  }
}
