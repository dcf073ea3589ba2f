package dev.tessera.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Merge rules for tests, by kind and seed, and what they do to a piece by definition.
public final class SampleMerges {
  private SampleMerges() {}

  /// What the rules look like, and which fast path that could mislead.
  public enum Kind {
    /// As a trainer makes them: each joins symbols that are there already, into one of its own.
    GROWN,
    /// As a list of merges may be: several rules lead to one symbol, ranks are all different.
    SEVERAL_TO_ONE,
    /// Few ranks, each for many rules that lead to different symbols.
    EQUAL_RANKS,
    /// Any symbols into any symbol: merged ids do not ascend, rules lead in circles.
    RANDOM,
    /// Ranks with gaps, up to the greatest int.
    SPARSE_RANKS
  }

  /// Rules of this kind: over `letters` symbols to begin with, at most `rules` of them.
  public static MergeOperand of(Kind kind, int letters, int rules, long seed) {
    Random random = new Random(seed * 31 + kind.ordinal());
    int symbols =
        switch (kind) {
          case GROWN, SPARSE_RANKS, EQUAL_RANKS -> letters + rules;
          case SEVERAL_TO_ONE -> letters + rules / 3 + 1;
          case RANDOM -> letters + rules / 2;
        };
    Set<Long> known = new HashSet<>();
    List<int[]> pairs = new ArrayList<>();
    for (int i = 0; i < rules; i++) {
      int there = kind == Kind.RANDOM ? symbols : Math.min(symbols, letters + pairs.size());
      // mostly early symbols, so that pieces have pairs
      int left = random.nextInt(random.nextBoolean() ? Math.min(letters, there) : there);
      int right = random.nextInt(random.nextBoolean() ? Math.min(letters, there) : there);
      int merged =
          switch (kind) {
            case GROWN, SPARSE_RANKS, EQUAL_RANKS -> letters + pairs.size();
            case SEVERAL_TO_ONE -> letters + random.nextInt(symbols - letters);
            case RANDOM -> random.nextInt(symbols);
          };
      if (known.add((long) left << 32 | right)) {
        pairs.add(new int[] {left, right, merged});
      }
    }
    int count = pairs.size();
    int[] rank = new int[count];
    for (int i = 1; i < count; i++) {
      int step =
          switch (kind) {
            case GROWN, SEVERAL_TO_ONE, RANDOM -> 1;
            case EQUAL_RANKS -> random.nextInt(20) == 0 ? 1 : 0;
            case SPARSE_RANKS -> 1 + random.nextInt(Integer.MAX_VALUE / count - 1);
          };
      rank[i] = rank[i - 1] + step;
    }
    return new MergeOperand(column(pairs, 0), column(pairs, 1), column(pairs, 2), rank, symbols);
  }

  private static int[] column(List<int[]> rows, int column) {
    return rows.stream().mapToInt(row -> row[column]).toArray();
  }

  /// A piece of symbols below `symbols`, the lower ones more often.
  public static int[] piece(Random random, int symbols, int length) {
    int[] piece = new int[length];
    for (int i = 0; i < length; i++) {
      piece[i] = random.nextInt(1 + random.nextInt(symbols));
    }
    return piece;
  }

  /// The definition: of the pairs that have a rule, join the one of the lowest rank, the leftmost
  /// of equal ones, until there is none.
  public static int[] merged(MergeOperand operand, int[] piece) {
    Map<Long, Integer> rules = new HashMap<>();
    for (int rule = 0; rule < operand.rules(); rule++) {
      rules.put((long) operand.left()[rule] << 32 | operand.right()[rule], rule);
    }
    int[] symbols = piece.clone();
    int[] found = new int[piece.length]; // the rule of each pair, or -1
    for (int i = 0; i + 1 < symbols.length; i++) {
      found[i] = rules.getOrDefault((long) symbols[i] << 32 | symbols[i + 1], -1);
    }
    int count = symbols.length;
    while (true) {
      int best = -1;
      for (int i = 0; i + 1 < count; i++) {
        if (found[i] >= 0 && (best < 0 || operand.rank()[found[i]] < operand.rank()[found[best]])) {
          best = i;
        }
      }
      if (best < 0) {
        return Arrays.copyOf(symbols, count);
      }
      symbols[best] = operand.merged()[found[best]];
      System.arraycopy(symbols, best + 2, symbols, best + 1, count - best - 2);
      System.arraycopy(found, best + 2, found, best + 1, count - best - 2);
      count--;
      for (int i = Math.max(0, best - 1); i <= best && i + 1 < count; i++) {
        found[i] = rules.getOrDefault((long) symbols[i] << 32 | symbols[i + 1], -1);
      }
    }
  }
}
