package dev.tessera.internal.bpe;

import org.jspecify.annotations.Nullable;

/// Turns pieces of text into ids: by a cache of pieces, and where that does not know one, as a
/// token, or by merging it. Holds the cache and scratch memory, so each thread has its own.
public final class PieceEncoder {
  /// The last bytes of a text, which a word of eight would read past.
  private static final int WORD_BYTES = 8;

  private static final int KEPT_SYMBOLS = 1 << 16;

  private final PieceCache cache;
  private final PieceMerger merger;
  private final @Nullable CharacterSeams seams;
  private final byte[] tail = new byte[2 * WORD_BYTES];
  private final int[] tailEnd = new int[1];
  private int[] symbols = new int[256];
  private int[] partEnds = new int[256];
  private boolean cutting;

  /// What all encoders of one vocabulary begin with.
  public static final class Seed {
    private final PreparedTables prepared;
    private final PieceCache cache;

    /// @param cacheBytes how much memory the cache of each encoder may take, in bytes
    public Seed(PreparedTables prepared, long cacheBytes) {
      this.prepared = prepared;
      this.cache = prepared.seededCache(cacheBytes);
    }

    /// Memory held, in bytes: that of one cache.
    public long bytes() {
      return cache.bytes();
    }
  }

  /// A new encoder, whose cache knows the vocabulary.
  public PieceEncoder(Seed seed) {
    cache = new PieceCache(seed.cache);
    merger = new ByteMerger(seed.prepared);
    seams = seed.prepared.seams();
  }

  /// A new encoder, whose cache knows nothing.
  ///
  /// @param cacheBytes how much memory the cache may take, in bytes
  public PieceEncoder(PieceMerger merger, long cacheBytes) {
    cache = new PieceCache(new PieceCache(cacheBytes));
    this.merger = merger;
    seams = null;
  }

  /// Encodes pieces that lie one behind the other.
  ///
  /// @param text UTF-8, or any bytes
  /// @param from where the first piece begins
  /// @param ends `[pieces]` or longer, where each piece ends in `text`
  /// @param ids written from `offset` on; must have room for an id a byte and two more
  /// @return one past the last id
  public int encode(byte[] text, int from, int[] ends, int pieces, int[] ids, int offset) {
    long[] shortSlots = cache.shortSlots;
    int shortShift = cache.shortShift;
    long[] mediumSlots = cache.mediumSlots;
    int mediumShift = cache.mediumShift;
    int lastWord = text.length - WORD_BYTES;
    int to = offset;
    int start = from;
    for (int piece = 0; piece < pieces; piece++) {
      int end = ends[piece];
      int length = end - start;
      if (start <= lastWord) {
        if (length <= PieceCache.SHORT_BYTES) {
          long key = (Words.load(text, start) & ((1L << (length << 3)) - 1)) | (long) length << 56;
          int slot = PieceCache.shortSlot(key, shortShift);
          slot = shortSlots[slot] == key ? slot : slot ^ 2;
          long word = shortSlots[slot + 1];
          if (shortSlots[slot] == key && word >= 0) {
            ids[to] = (int) word & PieceCache.ID_MASK;
            ids[to + 1] = (int) (word >>> PieceCache.ID_BITS) & PieceCache.ID_MASK;
            ids[to + 2] = (int) (word >>> (2 * PieceCache.ID_BITS)) & PieceCache.ID_MASK;
            to += (int) (word >>> PieceCache.COUNT_SHIFT);
            start = end;
            continue;
          }
        } else if (length <= PieceCache.MEDIUM_BYTES) {
          long low = Words.load(text, start);
          // the bytes from the eighth on; a shift of 64 is none in Java, hence two
          long high =
              Words.load(text, end - WORD_BYTES) >>> 1 >>> (127 - (length << 3))
                  | (long) length << 56;
          int slot = PieceCache.mediumSlot(low, high, mediumShift);
          if (mediumSlots[slot] != low || mediumSlots[slot + 1] != high) {
            slot ^= 4;
          }
          long word = mediumSlots[slot + 2];
          if (mediumSlots[slot] == low && mediumSlots[slot + 1] == high && word >= 0) {
            ids[to] = (int) word & PieceCache.ID_MASK;
            ids[to + 1] = (int) (word >>> PieceCache.ID_BITS) & PieceCache.ID_MASK;
            ids[to + 2] = (int) (word >>> (2 * PieceCache.ID_BITS)) & PieceCache.ID_MASK;
            int count = (int) (word >>> PieceCache.COUNT_SHIFT);
            if (count > PieceCache.IDS_A_WORD) {
              long more = mediumSlots[slot + 3];
              ids[to + 3] = (int) more & PieceCache.ID_MASK;
              ids[to + 4] = (int) (more >>> PieceCache.ID_BITS) & PieceCache.ID_MASK;
              ids[to + 5] = (int) (more >>> (2 * PieceCache.ID_BITS)) & PieceCache.ID_MASK;
            }
            to += count;
            start = end;
            continue;
          }
        }
      }
      to = encodeOne(text, start, length, ids, to);
      start = end;
    }
    return to;
  }

  /// A piece that is long, at the end of the text, new, or whose ids are in the arena.
  private int encodeOne(byte[] text, int from, int length, int[] ids, int to) {
    if (from + WORD_BYTES > text.length) { // once more, where a word can be read
      System.arraycopy(text, from, tail, 0, length);
      tailEnd[0] = length;
      return encode(tail, 0, tailEnd, 1, ids, to);
    }
    if (length <= PieceCache.SHORT_BYTES) {
      return encodeShort(text, from, length, ids, to);
    }
    if (length <= PieceCache.MEDIUM_BYTES) {
      return encodeMedium(text, from, length, ids, to);
    }
    if (seams != null && !cutting && text[from + length / 2] < 0) {
      int end = encodeParts(seams, text, from, length, ids, to);
      if (end > to) {
        return end;
      }
    }
    long hash = Words.hash(text, from, length);
    int entry = cache.findLong(text, from, length, hash);
    if (entry >= 0) {
      return to + cache.copy(entry, ids, to);
    }
    int count = merge(text, from, length);
    cache.keepLong(text, from, length, hash, symbols, count);
    int end = copy(count, ids, to);
    if (symbols.length > KEPT_SYMBOLS) {
      symbols = new int[256];
    }
    return end;
  }

  /// A long piece that is not ASCII, part by part; `to` if it has no seams.
  private int encodeParts(
      CharacterSeams known, byte[] text, int from, int length, int[] ids, int to) {
    if (partEnds.length < length) {
      partEnds = new int[Math.max(length, 2 * partEnds.length)];
    }
    int[] ends = partEnds;
    int parts = known.cut(text, from, from + length, ends);
    if (parts == 1) {
      return to;
    }
    cutting = true;
    int end = encode(text, from, ends, parts, ids, to);
    cutting = false;
    if (ends.length > KEPT_SYMBOLS) {
      partEnds = new int[256];
    }
    return end;
  }

  private int encodeShort(byte[] text, int from, int length, int[] ids, int to) {
    long key = Words.load(text, from, length) | (long) length << 56;
    int slot = cache.findShort(key);
    if (slot >= 0) {
      int end = known(cache.shortSlots[slot + 1], 0, ids, to);
      if (end > to) {
        return end;
      }
    }
    int count = merge(text, from, length);
    cache.keepShort(slot, key, symbols, count);
    return copy(count, ids, to);
  }

  private int encodeMedium(byte[] text, int from, int length, int[] ids, int to) {
    long low = Words.load(text, from);
    long high = Words.load(text, from + WORD_BYTES, length - WORD_BYTES) | (long) length << 56;
    int slot = cache.findMedium(low, high);
    if (slot >= 0) {
      int end = known(cache.mediumSlots[slot + 2], cache.mediumSlots[slot + 3], ids, to);
      if (end > to) {
        return end;
      }
    }
    int count = merge(text, from, length);
    cache.keepMedium(slot, low, high, symbols, count);
    return copy(count, ids, to);
  }

  /// Writes the ids that an entry holds or points to; `to` if they are forgotten.
  private int known(long word, long more, int[] ids, int to) {
    if (word < 0) {
      int entry = cache.arenaEntry(word);
      return entry < 0 ? to : to + cache.copy(entry, ids, to);
    }
    int count = (int) (word >>> PieceCache.COUNT_SHIFT);
    for (int i = 0; i < count; i++) {
      long three = i < PieceCache.IDS_A_WORD ? word : more;
      ids[to + i] =
          (int) (three >>> (i % PieceCache.IDS_A_WORD * PieceCache.ID_BITS)) & PieceCache.ID_MASK;
    }
    return to + count;
  }

  /// Leaves the ids of a piece in [#symbols].
  private int merge(byte[] text, int from, int length) {
    if (symbols.length < length) {
      symbols = new int[Math.max(length, 2 * symbols.length)];
    }
    return merger.merge(text, from, length, symbols);
  }

  private int copy(int count, int[] ids, int to) {
    System.arraycopy(symbols, 0, ids, to, count);
    return to + count;
  }

  /// Memory of the cache, in bytes.
  public long cacheBytes() {
    return cache.bytes();
  }
}
