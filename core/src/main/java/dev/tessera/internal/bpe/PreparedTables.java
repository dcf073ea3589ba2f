package dev.tessera.internal.bpe;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// What encoding by one vocabulary needs and all threads share. Immutable.
public final class PreparedTables {
  private final BpeTables tables;
  private final PairTable pairs;
  private final int[] bytePairs = new int[1 << 16];
  private final TokenIndex index;
  private final BitSet reached;
  private final @Nullable CharacterSeams seams;

  /// Packs the tables.
  ///
  /// @throws IllegalArgumentException if the rules do not fit a [PairTable], or a byte has no
  ///   symbol
  public PreparedTables(BpeTables tables) {
    this.tables = tables;
    int[] byteSymbols = tables.byteSymbols();
    for (int b = 0; b < byteSymbols.length; b++) {
      if (byteSymbols[b] < 0) {
        throw new IllegalArgumentException("the byte 0x%02X has no token".formatted(b));
      }
    }
    pairs = new PairTable(tables.merges());
    for (int pair = 0; pair < bytePairs.length; pair++) {
      bytePairs[pair] = pairs.find(byteSymbols[pair >> 8], byteSymbols[pair & 0xFF]);
    }
    index = new TokenIndex(tables);
    reached = reachedTokens();
    seams = tables.wholePieces() && !allReached() ? null : new CharacterSeams(tables);
  }

  /// Tokens that merging their own bytes leads to: of those, and of no others, it is known what a
  /// piece that consists of their bytes becomes without merging it.
  private BitSet reachedTokens() {
    ReachedTokens rules = ReachedTokens.of(tables, pairs);
    int symbols = tables.ends().length;
    BitSet found = new BitSet(symbols);
    Merger merger = new Merger(pairs);
    int[] ids = new int[index.longest()];
    for (int id = 0; id < symbols; id++) {
      int start = tables.start(id);
      int length = tables.ends()[id] - start;
      if (length > 0) {
        found.set(id, rules == null ? isReached(merger, id, start, length, ids) : rules.has(id));
      }
    }
    return found;
  }

  private boolean isReached(Merger merger, int id, int start, int length, int[] ids) {
    byte[] bytes = tables.bytes();
    return merger.mergeBytes(bytes, start, length, tables.byteSymbols(), bytePairs, ids) == 1
        && ids[0] == id;
  }

  private boolean allReached() {
    for (int id = reached.nextClearBit(0); id < tables.ends().length; ) {
      if (tables.ends()[id] > tables.start(id)) {
        return false;
      }
      id = reached.nextClearBit(id + 1);
    }
    return true;
  }

  /// The tables as they came.
  public BpeTables tables() {
    return tables;
  }

  /// The rules.
  PairTable pairs() {
    return pairs;
  }

  /// `[65536]`, the key of the rule that joins two bytes, first byte high.
  int[] bytePairs() {
    return bytePairs;
  }

  /// Finds tokens by their bytes.
  public TokenIndex index() {
    return index;
  }

  /// The token that the piece `text[from .. from + length)` becomes as a whole, or
  /// [TokenIndex#NONE].
  public int whole(byte[] text, int from, int length) {
    int id = index.find(text, from, length);
    return id >= 0 && (tables.wholePieces() || reached.get(id)) ? id : TokenIndex.NONE;
  }

  /// Whether every piece that is taken as a whole is what merging its bytes leads to, too.
  boolean mergingSuffices() {
    return seams != null;
  }

  /// Where pieces can be cut; null if a piece is taken whole that no merging leads to, as a part of
  /// a piece must not be.
  @Nullable CharacterSeams seams() {
    return seams;
  }

  /// Memory held beside the tables themselves, in bytes.
  public long bytes() {
    long ownBytes = pairs.bytes() + index.bytes() + 4L * bytePairs.length + reached.size() / 8;
    return ownBytes + (seams == null ? 0 : seams.bytes());
  }

  /// A cache that knows the vocabulary, for others to begin with.
  ///
  /// @param bytes how much memory it may take
  PieceCache seededCache(long bytes) {
    PieceCache cache = new PieceCache(bytes);
    int[] ids = new int[1];
    // what is frequent comes first, and stays; so does the lowest of tokens with the same bytes
    for (int id = 0; id < tables.ends().length; id++) {
      int start = tables.start(id);
      int length = tables.ends()[id] - start;
      if (length > 0 && (tables.wholePieces() || reached.get(id))) {
        ids[0] = id;
        keep(cache, tables.bytes(), start, length, ids, 1);
      }
    }
    return cache;
  }

  private static void keep(
      PieceCache cache, byte[] text, int from, int length, int[] ids, int count) {
    if (length <= PieceCache.MEDIUM_BYTES) {
      long first = PieceCache.firstWord(text, from, length);
      long second = PieceCache.secondWord(text, from, length);
      cache.keep(cache.find(first, second), first, second, ids, count);
    } else {
      cache.keepLong(text, from, length, Words.hash(text, from, length), ids, count);
    }
  }
}
