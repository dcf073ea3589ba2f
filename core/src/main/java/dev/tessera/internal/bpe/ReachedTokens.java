package dev.tessera.internal.bpe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which tokens merging their own bytes leads to, found from the rules alone: where each symbol has
/// one rule, and greater ranks lead to greater symbols. A third of the time that merging all tokens
/// takes.
///
/// A token is reached if both parts of its rule are, and nothing joins across the seam between them
/// before they are there. What could is found by undoing, step by step, whichever of the two
/// symbols at the seam was made last: the pair that stood there must have no rule of a lower rank
/// than what was undone, nor, as of equal ranks the leftmost comes first, of the same rank as what
/// was undone on the right.
final class ReachedTokens {
  private static final int NONE = -1;

  private final PairTable pairs;

  /// `[symbols]`, the parts of each symbol; [#NONE] where no rule leads to it.
  private final int[] left;

  private final int[] right;
  private final boolean[] reached;

  private ReachedTokens(PairTable pairs, int symbols) {
    this.pairs = pairs;
    left = new int[symbols];
    right = new int[symbols];
    reached = new boolean[symbols];
    Arrays.fill(left, NONE);
    Arrays.fill(right, NONE);
  }

  /// Null where a symbol has several rules, or is not above its parts.
  static @Nullable ReachedTokens of(BpeTables tables, PairTable pairs) {
    int[] merged = tables.merges().merged();
    if (!pairs.keysAreSymbols()) {
      return null;
    }
    ReachedTokens found = new ReachedTokens(pairs, tables.merges().symbols());
    for (int symbol : tables.byteSymbols()) {
      found.reached[symbol] = true;
    }
    for (int rule = 0; rule < merged.length; rule++) {
      int symbol = merged[rule];
      int leftPart = tables.merges().left()[rule];
      int rightPart = tables.merges().right()[rule];
      boolean joins =
          length(tables, symbol) == length(tables, leftPart) + length(tables, rightPart);
      if (found.left[symbol] != NONE || found.reached[symbol] || !joins) {
        return null;
      }
      found.left[symbol] = leftPart;
      found.right[symbol] = rightPart;
      found.reached[symbol] =
          found.reached[leftPart] && found.reached[rightPart] && found.meet(leftPart, rightPart);
    }
    return found;
  }

  private static int length(BpeTables tables, int symbol) {
    return tables.ends()[symbol] - tables.start(symbol);
  }

  /// Whether two symbols are made side by side.
  private boolean meet(int first, int second) {
    int a = first;
    int b = second;
    while (true) {
      int limit;
      if (right[a] != NONE && (left[b] == NONE || a > b)) {
        limit = a;
        a = right[a];
      } else if (left[b] != NONE) {
        limit = b + 1;
        b = left[b];
      } else {
        return true;
      }
      if (pairs.find(a, b) < limit) {
        return false;
      }
    }
  }

  boolean has(int symbol) {
    return reached[symbol];
  }
}
