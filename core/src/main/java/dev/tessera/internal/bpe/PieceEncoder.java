package dev.tessera.internal.bpe;

import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.PieceTable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Turns pieces of text into ids: by a cache of pieces, and where that does not know one, as a
/// token, or by merging it. Holds the cache and scratch memory, so each thread has its own.
public final class PieceEncoder {
  private static final int KEPT_SYMBOLS = 1 << 16;

  /// Of so many pieces, one may be left over by the vector code: where more are, as in Chinese text
  /// with its long pieces, plain loops are as fast.
  private static final int PIECES_A_LEFT_ONE = 5;

  /// Calls that plain loops have before the vector code is asked again.
  private static final int RESTING_CALLS = 8;

  private final PieceCache cache;
  private final PieceMerger merger;
  private final @Nullable CharacterSeams seams;
  private final LoopProbe loops = new LoopProbe();
  private final @Nullable PieceProbe vectors;
  private final VectorTrial trial;
  private final PieceLookup lookup = new PieceLookup();
  private int[] symbols = new int[256];
  private int[] partEnds = new int[256];

  /// Pieces that the groups of the last call left over.
  private int left;

  /// Calls that are yet to be had by plain loops.
  private int resting;

  /// What all encoders of one vocabulary begin with.
  public static final class Seed {
    private final Supplier<PieceMerger> mergers;
    private final @Nullable CharacterSeams seams;
    private final PieceCache cache;

    /// A cache that knows the tokens.
    ///
    /// @param cacheBytes how much memory the cache of each encoder may take, in bytes
    public Seed(PreparedTables prepared, long cacheBytes) {
      mergers = () -> new ByteMerger(prepared);
      seams = prepared.seams();
      cache = prepared.seededCache(cacheBytes);
    }

    /// A cache that knows nothing: merging 30,000 tokens when a vocabulary is opened takes ten
    /// times what that saves in a pass over 8 MB.
    ///
    /// @param mergers makes what merges pieces, for one thread each
    /// @param cacheBytes as above
    public Seed(Supplier<PieceMerger> mergers, long cacheBytes) {
      this.mergers = mergers;
      seams = null;
      cache = new PieceCache(cacheBytes);
    }

    /// Memory held, in bytes: that of one cache.
    public long bytes() {
      return cache.bytes();
    }
  }

  /// A new encoder.
  ///
  /// @param vectors looks pieces up, too, once it is faster than plain loops
  /// @param trial what all encoders with such `vectors` know of that
  public PieceEncoder(Seed seed, @Nullable PieceProbe vectors, VectorTrial trial) {
    cache = new PieceCache(seed.cache);
    merger = seed.mergers.get();
    seams = seed.seams;
    this.vectors = vectors;
    this.trial = trial;
  }

  /// Encodes pieces that lie one behind the other.
  ///
  /// @param text UTF-8, or any bytes
  /// @param from where the first piece begins
  /// @param ends `[pieces]` or longer, where each piece ends in `text`
  /// @param ids written from `offset` on; must have room for an id a byte and
  ///   [PieceProbe#SPARE_IDS] more
  /// @return one past the last id
  public int encode(byte[] text, int from, int[] ends, int pieces, int[] ids, int offset) {
    int groupsEnd = pieces & -PieceProbe.PIECES;
    while (groupsEnd > 0 && ends[groupsEnd - 1] > text.length - PieceProbe.READ_BYTES) {
      groupsEnd -= PieceProbe.PIECES;
    }
    if (vectors == null || groupsEnd == 0) {
      return encodeByLoops(text, from, ends, 0, groupsEnd, pieces, ids, offset);
    }
    if (!trial.isFast()) {
      return encodeCold(vectors, text, from, ends, groupsEnd, pieces, ids, offset);
    }
    if (resting > 0) {
      resting--;
      return encodeByLoops(text, from, ends, 0, groupsEnd, pieces, ids, offset);
    }
    int to = encodeGroups(vectors, text, from, ends, 0, groupsEnd, ids, offset);
    resting = left > groupsEnd / PIECES_A_LEFT_ONE ? RESTING_CALLS : 0;
    return encodeSingly(text, ends[groupsEnd - 1], ends, groupsEnd, pieces, ids, to);
  }

  /// As [#encode], while it is not known whether the vector code is faster.
  private int encodeCold(
      PieceProbe probe,
      byte[] text,
      int from,
      int[] ends,
      int groupsEnd,
      int pieces,
      int[] ids,
      int offset) {
    int piece = 0;
    int start = from;
    int to = offset;
    long begin = System.nanoTime();
    if (trial.isDue()) {
      piece = PieceProbe.PIECES;
      to = encodeGroups(probe, text, from, ends, 0, piece, ids, to);
      long now = System.nanoTime();
      trial.vectors(now - begin, piece);
      begin = now;
      start = ends[piece - 1];
    }
    to = encodeByLoops(text, start, ends, piece, groupsEnd, pieces, ids, to);
    trial.plain(System.nanoTime() - begin, pieces - piece);
    return to;
  }

  /// Encodes the pieces from `ends[piece]` on, those before `ends[groupsEnd]` in groups where that
  /// is faster.
  private int encodeByLoops(
      byte[] text,
      int from,
      int[] ends,
      int piece,
      int groupsEnd,
      int pieces,
      int[] ids,
      int offset) {
    if (piece == groupsEnd) {
      return encodeSingly(text, from, ends, piece, pieces, ids, offset);
    }
    int end = loops.pays() ? groupsEnd : loops.isAsked() ? piece + PieceProbe.PIECES : piece;
    if (end == piece) {
      return encodeSingly(text, from, ends, piece, pieces, ids, offset);
    }
    int to = encodeGroups(loops, text, from, ends, piece, end, ids, offset);
    loops.judge();
    return encodeSingly(text, ends[end - 1], ends, end, pieces, ids, to);
  }

  /// Encodes the groups of pieces from `ends[piece]` to `ends[groupsEnd]`.
  private int encodeGroups(
      PieceProbe probe,
      byte[] text,
      int from,
      int[] ends,
      int piece,
      int groupsEnd,
      int[] ids,
      int offset) {
    PieceTable table = cache.table;
    int to = offset;
    int start = from;
    int leftOver = 0;
    for (int group = piece; group < groupsEnd; group += PieceProbe.PIECES) {
      probe.find(table, text, start, ends, group);
      while (true) {
        to = probe.write(ids, to);
        int i = probe.written();
        if (i == PieceProbe.PIECES) {
          break;
        }
        int begin = i == 0 ? start : ends[group + i - 1];
        to = encodeOne(text, begin, ends[group + i] - begin, ids, to);
        leftOver++;
      }
      start = ends[group + PieceProbe.PIECES - 1];
    }
    left = leftOver;
    return to;
  }

  /// Encodes the pieces from `ends[piece]` on, one after the other.
  private int encodeSingly(
      byte[] text, int from, int[] ends, int piece, int pieces, int[] ids, int offset) {
    int to = lookup.write(cache.table, text, from, ends, piece, pieces, ids, offset);
    for (int i = lookup.written(); i < pieces; i = lookup.written()) {
      int begin = i == piece ? from : ends[i - 1];
      to = encodeOne(text, begin, ends[i] - begin, ids, to);
      to = lookup.write(cache.table, text, ends[i], ends, i + 1, pieces, ids, to);
    }
    return to;
  }

  /// A piece that is long, at the end of the text, new, not where it is looked for first, or whose
  /// ids are in the arena.
  private int encodeOne(byte[] text, int from, int length, int[] ids, int to) {
    if (length > PieceCache.MEDIUM_BYTES && seams != null && text[from + length / 2] < 0) {
      int end = encodeParts(seams, text, from, length, ids, to);
      if (end > to) {
        return end;
      }
    }
    return encodeWhole(text, from, length, ids, to);
  }

  /// A long piece that is not ASCII, part by part; `to` if it has no seams.
  private int encodeParts(
      CharacterSeams known, byte[] text, int from, int length, int[] ids, int offset) {
    if (partEnds.length < length) {
      partEnds = new int[Math.max(length, 2 * partEnds.length)];
    }
    int[] ends = partEnds;
    int parts = known.cut(text, from, from + length, ends);
    if (parts == 1) {
      return offset;
    }
    int to = lookup.write(cache.table, text, from, ends, 0, parts, ids, offset);
    for (int i = lookup.written(); i < parts; i = lookup.written()) {
      int begin = i == 0 ? from : ends[i - 1];
      to = encodeWhole(text, begin, ends[i] - begin, ids, to);
      to = lookup.write(cache.table, text, ends[i], ends, i + 1, parts, ids, to);
    }
    if (ends.length > KEPT_SYMBOLS) {
      partEnds = new int[256];
    }
    return to;
  }

  /// A piece, or a part of one, that is not cut any further.
  private int encodeWhole(byte[] text, int from, int length, int[] ids, int to) {
    if (length <= PieceCache.MEDIUM_BYTES) {
      return encodeShorter(text, from, length, ids, to);
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

  /// A piece of up to 15 bytes.
  private int encodeShorter(byte[] text, int from, int length, int[] ids, int to) {
    long first = PieceCache.firstWord(text, from, length);
    long second = PieceCache.secondWord(text, from, length);
    int slot = cache.find(first, second);
    if (slot >= 0) {
      int end = known(cache.word(slot), cache.moreWord(slot), ids, to);
      if (end > to) {
        return end;
      }
    }
    int count = merge(text, from, length);
    cache.keep(slot, first, second, symbols, count);
    return copy(count, ids, to);
  }

  /// Writes the ids that an entry holds or points to; `to` if they are forgotten.
  private int known(long word, long more, int[] ids, int to) {
    if (word < 0) {
      int entry = cache.arenaEntry(word);
      return entry < 0 ? to : to + cache.copy(entry, ids, to);
    }
    int count = (int) (word >>> PieceTable.COUNT_SHIFT);
    for (int i = 0; i < count; i++) {
      long three = i < PieceTable.IDS_A_WORD ? word : more;
      ids[to + i] =
          (int) (three >>> (i % PieceTable.IDS_A_WORD * PieceTable.ID_BITS)) & PieceTable.ID_MASK;
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
