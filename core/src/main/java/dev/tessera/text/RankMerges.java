package dev.tessera.text;

import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the merge rules that a list of ranked tokens stands for.
///
/// The reference joins *any* two neighbours that make a token, the lowest rank first, of equal ranks
/// the leftmost. Yet only one pair can ever make a given token: what is joined within its bytes
/// while they stand in a text is what is joined when they stand alone, in the same order, since
/// nothing reaches across both of its ends before it is made. So each token is merged alone, and
/// the last two parts are its rule; where more parts are left, nothing makes the token.
final class RankMerges {
  private static final long HASH = 0x9E3779B97F4A7C15L;
  private static final int SYMBOL_BITS = 21;
  private static final int NONE = Integer.MAX_VALUE;

  private final byte[] bytes;
  private final int[] ends;
  private final int[] byteSymbols;

  // rules so far, by pair: an open hash table
  private final long[] pairs;
  private final int[] results;
  private final int shift;

  private @Nullable RankSearch search;
  private int[] symbols = new int[64];
  private int[] ranks = new int[64];

  // rules in the order of their ranks
  private final int[] left;
  private final int[] right;
  private final int[] merged;
  private int rules;

  private RankMerges(byte[] bytes, int[] ends, int[] byteSymbols) {
    this.bytes = bytes;
    this.ends = ends;
    this.byteSymbols = byteSymbols;
    int bits = 33 - Integer.numberOfLeadingZeros(Math.max(8, ends.length));
    pairs = new long[1 << bits];
    Arrays.fill(pairs, -1);
    results = new int[1 << bits];
    shift = Long.SIZE - bits;
    left = new int[ends.length];
    right = new int[ends.length];
    merged = new int[ends.length];
  }

  /// The rules of tokens whose ids are their ranks.
  ///
  /// @param bytes the tokens, one behind the other, by ascending id
  /// @param ends `[ids]`, where each ends; ids without a token have no bytes
  /// @param byteSymbols `[256]`, the token of each byte
  static MergeOperand derive(byte[] bytes, int[] ends, int[] byteSymbols) {
    RankMerges merges = new RankMerges(bytes, ends, byteSymbols);
    for (int id = 0; id < ends.length; id++) {
      int start = id == 0 ? 0 : ends[id - 1];
      if (ends[id] - start > 1) {
        merges.derive(id, start, ends[id] - start);
      }
    }
    int[] merged = Arrays.copyOf(merges.merged, merges.rules);
    return new MergeOperand(
        Arrays.copyOf(merges.left, merges.rules),
        Arrays.copyOf(merges.right, merges.rules),
        merged,
        merged, // a token's rank is its id
        ends.length);
  }

  private void derive(int id, int start, int length) {
    if (symbols.length < length) {
      symbols = new int[2 * length];
      ranks = new int[2 * length];
    }
    for (int i = 0; i < length; i++) {
      symbols[i] = byteSymbols[bytes[start + i] & 0xFF];
    }
    int parts = merge(length);
    if (parts > 2) {
      if (search == null) {
        search = new RankSearch(bytes, ends);
      }
      parts = search.merge(id, symbols, parts);
    }
    if (parts == 2) {
      left[rules] = symbols[0];
      right[rules] = symbols[1];
      merged[rules++] = id;
      insert(symbols[0], symbols[1], id);
    }
  }

  /// Merges by the rules of lower ranks; at most two parts are left untouched.
  private int merge(int length) {
    int count = length;
    for (int i = 0; i + 1 < count; i++) {
      ranks[i] = find(symbols[i], symbols[i + 1]);
    }
    while (count > 2) {
      int lowest = 0;
      for (int i = 1; i + 1 < count; i++) {
        if (ranks[i] < ranks[lowest]) {
          lowest = i;
        }
      }
      int result = ranks[lowest];
      if (result == NONE) {
        return count;
      }
      symbols[lowest] = result;
      count--;
      System.arraycopy(symbols, lowest + 2, symbols, lowest + 1, count - lowest - 1);
      System.arraycopy(ranks, lowest + 1, ranks, lowest, count - lowest);
      if (lowest + 1 < count) {
        ranks[lowest] = find(result, symbols[lowest + 1]);
      }
      if (lowest > 0) {
        ranks[lowest - 1] = find(symbols[lowest - 1], result);
      }
    }
    return count;
  }

  private static long pair(int first, int second) {
    return (long) first << SYMBOL_BITS | second;
  }

  private int find(int first, int second) {
    long pair = pair(first, second);
    int mask = pairs.length - 1;
    for (int slot = (int) (pair * HASH >>> shift); ; slot = slot + 1 & mask) {
      if (pairs[slot] == pair) {
        return results[slot];
      }
      if (pairs[slot] < 0) {
        return NONE;
      }
    }
  }

  private void insert(int first, int second, int result) {
    long pair = pair(first, second);
    int mask = pairs.length - 1;
    int slot = (int) (pair * HASH >>> shift);
    while (pairs[slot] >= 0) {
      slot = slot + 1 & mask;
    }
    pairs[slot] = pair;
    results[slot] = result;
  }
}
