package dev.tessera.text;

import dev.tessera.internal.bpe.PairTable;
import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the merge rules that a list of ranked tokens stands for.
///
/// The references join *any* two neighbours that make a token, the lowest rank first, of equal
/// ranks the leftmost. Yet only one pair can ever make a given token: what is joined within its
/// bytes while they stand in a text is what is joined when they stand alone, in the same order,
/// since nothing reaches across either of its ends before it is made. So each token is merged
/// alone, and the last two parts are its rule; where more parts are left, nothing makes the token.
final class RankMerges {
  /// Writes the symbols that a token begins as.
  interface Beginning {
    /// Writes those of `bytes[from .. to)`, at most one a byte.
    int begin(byte[] bytes, int from, int to, int[] symbols);
  }

  private static final int NONE = PairTable.NONE;

  private final RankedTokens tokens;
  private final Beginning beginning;

  /// The numbers of the rules of lower ranks.
  private final PairTable pairs;

  private @Nullable RankSearch search;
  private int[] symbols = new int[64];
  private int[] found = new int[64];

  // rules in the order of their ranks
  private final int[] left;
  private final int[] right;
  private final int[] merged;
  private final int[] ranks;
  private int rules;

  private RankMerges(RankedTokens tokens, Beginning beginning, int symbols) {
    this.tokens = tokens;
    this.beginning = beginning;
    int count = tokens.order().length;
    pairs = new PairTable(count, symbols);
    left = new int[count];
    right = new int[count];
    merged = new int[count];
    ranks = new int[count];
  }

  /// The rules.
  ///
  /// @param symbols one more than the greatest symbol that a token begins as or is
  static MergeOperand derive(RankedTokens tokens, Beginning beginning, int symbols) {
    RankMerges merges = new RankMerges(tokens, beginning, symbols);
    int[] order = tokens.order();
    int inserted = 0;
    for (int i = 0; i < order.length; i++) {
      if (i > 0 && tokens.rank()[order[i]] != tokens.rank()[order[i - 1]]) {
        for (; inserted < merges.rules; inserted++) {
          merges.pairs.add(merges.left[inserted], merges.right[inserted], inserted);
        }
      }
      merges.derive(order[i]);
    }
    int[] merged = Arrays.copyOf(merges.merged, merges.rules);
    int[] rank = Arrays.copyOf(merges.ranks, merges.rules);
    return new MergeOperand(
        Arrays.copyOf(merges.left, merges.rules),
        Arrays.copyOf(merges.right, merges.rules),
        merged,
        Arrays.equals(merged, rank) ? merged : rank,
        symbols);
  }

  private void derive(int id) {
    int start = tokens.start(id);
    int length = tokens.ends()[id] - start;
    if (symbols.length < length) {
      symbols = new int[2 * length];
      found = new int[2 * length];
    }
    int count = beginning.begin(tokens.bytes(), start, start + length, symbols);
    if (count < 2) {
      return;
    }
    int parts = merge(count);
    if (parts > 2) {
      if (search == null) {
        search = new RankSearch(tokens);
      }
      parts = search.merge(id, symbols, parts);
    }
    if (parts == 2) {
      left[rules] = symbols[0];
      right[rules] = symbols[1];
      merged[rules] = id;
      ranks[rules++] = tokens.rank()[id];
    }
  }

  /// Merges by the rules of lower ranks, until two parts are left or no rule applies.
  private int merge(int length) {
    int count = length;
    for (int i = 0; i + 1 < count; i++) {
      found[i] = pairs.find(symbols[i], symbols[i + 1]);
    }
    while (count > 2) {
      int lowest = 0;
      for (int i = 1; i + 1 < count; i++) {
        if (found[i] < found[lowest] && comesFirst(found[i], found[lowest])) {
          lowest = i;
        }
      }
      if (found[lowest] == NONE) {
        return count;
      }
      int result = merged[found[lowest]];
      symbols[lowest] = result;
      count--;
      System.arraycopy(symbols, lowest + 2, symbols, lowest + 1, count - lowest - 1);
      System.arraycopy(found, lowest + 1, found, lowest, count - lowest);
      if (lowest + 1 < count) {
        found[lowest] = pairs.find(result, symbols[lowest + 1]);
      }
      if (lowest > 0) {
        found[lowest - 1] = pairs.find(symbols[lowest - 1], result);
      }
    }
    return count;
  }

  /// Whether the lower of two rule numbers, which lies further right, has a lower rank.
  private boolean comesFirst(int rule, int other) {
    return other == NONE || ranks[rule] < ranks[other];
  }
}
