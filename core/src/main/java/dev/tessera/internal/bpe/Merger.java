package dev.tessera.internal.bpe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Joins the symbols of one piece after the other by the rules of a [PairTable]: lowest rank first,
/// of equal ranks the leftmost. Holds scratch memory, so each thread has its own.
///
/// Up to 64 symbols, positions that are still there are the bits of one word, and the pair to join
/// is found by looking at all: rank and position packed into one int, the smallest wins. Above that
/// a [RankTree] keeps the smallest, and many thousands go to a [RunMerger] where the rules allow
/// it, so that n symbols take O(n log n) whatever they are.
public final class Merger {
  static final int SHORT_SYMBOLS = 64;

  /// From here on a [RunMerger] takes over: below, its lists' beginnings would not be in the
  /// caches.
  private static final int RUN_SYMBOLS = 4096;

  /// Ranks that are looked at together.
  private static final int GROUP = 8;

  /// Positions take the low bits of a packed int.
  private static final int POSITION_BITS = 6;

  private static final int POSITION_MASK = SHORT_SYMBOLS - 1;

  /// Above every packed rank and position: those have 28 bits.
  private static final int NOTHING = Integer.MAX_VALUE;

  /// Scratch for longer pieces is kept up to this many symbols.
  private static final int KEPT_SYMBOLS = 1 << 16;

  private final PairTable pairs;
  private final int[] packed = new int[SHORT_SYMBOLS];
  private RankTree tree = new RankTree(0);
  private @Nullable RunMerger runs;

  /// A merger by these rules.
  public Merger(PairTable pairs) {
    this.pairs = pairs;
  }

  /// Merges `symbols[from .. from + count)` in place.
  ///
  /// @return how many symbols are left, from `from` on
  public int merge(int[] symbols, int from, int count) {
    if (count > SHORT_SYMBOLS) {
      return mergeLong(symbols, from, count);
    }
    for (int i = 0; i + 1 < count; i++) {
      packed[i] = pack(pairs.find(symbols[from + i], symbols[from + i + 1]), i);
    }
    return mergeShort(symbols, from, count);
  }

  /// Turns the bytes `text[from .. from + count)` into symbols, from `symbols[0]` on, and merges
  /// them.
  ///
  /// @param byteSymbols the symbol of each byte that occurs
  /// @param bytePairs the key of the rule that joins two of them, the first byte high
  /// @return how many symbols are left
  int mergeBytes(
      byte[] text, int from, int count, int[] byteSymbols, int[] bytePairs, int[] symbols) {
    for (int i = 0; i < count; i++) {
      symbols[i] = byteSymbols[text[from + i] & 0xFF];
    }
    if (count > SHORT_SYMBOLS) {
      return mergeLong(symbols, 0, count);
    }
    for (int i = 0; i + 1 < count; i++) {
      packed[i] = pack(bytePairs[(text[from + i] & 0xFF) << 8 | (text[from + i + 1] & 0xFF)], i);
    }
    return mergeShort(symbols, 0, count);
  }

  /// Merges up to 64 symbols whose pairs are in `packed[0 .. count - 1)`.
  private int mergeShort(int[] symbols, int from, int count) {
    int[] ranks = packed;
    boolean keysAreSymbols = pairs.keysAreSymbols();
    long present = count == SHORT_SYMBOLS ? -1 : (1L << count) - 1;
    int groupsEnd = (count + GROUP - 1) & -GROUP;
    for (int i = Math.max(0, count - 1); i < groupsEnd; i++) {
      ranks[i] = NOTHING;
    }
    while (true) {
      int first = NOTHING;
      for (int i = 0; i < count - 1; i += GROUP) {
        first = Math.min(first, lowest(ranks, i));
      }
      if (first == NOTHING) {
        return compact(symbols, from, present);
      }
      int left = first & POSITION_MASK;
      long behind = present & (-2L << left);
      int right = Long.numberOfTrailingZeros(behind);
      int merged =
          keysAreSymbols
              ? first >>> POSITION_BITS
              : pairs.merged(pairs.find(symbols[from + left], symbols[from + right]));
      symbols[from + left] = merged;
      present &= ~(1L << right);
      ranks[right] = NOTHING;
      behind &= behind - 1;
      ranks[left] =
          behind == 0
              ? NOTHING
              : pack(pairs.find(merged, symbols[from + Long.numberOfTrailingZeros(behind)]), left);
      long before = present & ((1L << left) - 1);
      if (before != 0) {
        int previous = 63 - Long.numberOfLeadingZeros(before);
        ranks[previous] = pack(pairs.find(symbols[from + previous], merged), previous);
      }
    }
  }

  /// The smallest of eight; by hand, as C2's loop over so few takes longer to begin than to run.
  private static int lowest(int[] ranks, int i) {
    int first = Math.min(ranks[i], ranks[i + 1]);
    int second = Math.min(ranks[i + 2], ranks[i + 3]);
    int third = Math.min(ranks[i + 4], ranks[i + 5]);
    int fourth = Math.min(ranks[i + 6], ranks[i + 7]);
    return Math.min(Math.min(first, second), Math.min(third, fourth));
  }

  private int pack(int key, int position) {
    return key == PairTable.NONE ? NOTHING : pairs.order(key) << POSITION_BITS | position;
  }

  private static int compact(int[] symbols, int from, long present) {
    int to = from;
    for (long rest = present; rest != 0; rest &= rest - 1) {
      symbols[to++] = symbols[from + Long.numberOfTrailingZeros(rest)];
    }
    return to - from;
  }

  private int mergeRuns(int[] symbols, int from, int count) {
    RunMerger merger = runs == null ? new RunMerger(pairs) : runs;
    int left = merger.merge(symbols, from, count);
    runs = merger.capacity() > KEPT_SYMBOLS ? null : merger;
    return left;
  }

  /// As [#mergeShort], with a list of neighbours and a tree of ranks.
  private int mergeLong(int[] symbols, int from, int count) {
    if (count >= RUN_SYMBOLS && pairs.partsComeFirst()) {
      return mergeRuns(symbols, from, count);
    }
    if (tree.capacity() < count) {
      tree = new RankTree(Math.max(count, 2 * tree.capacity()));
    }
    RankTree ranks = tree;
    ranks.begin(count);
    for (int i = 0; i + 1 < count; i++) {
      ranks.fill(i, pairs.order(pairs.find(symbols[from + i], symbols[from + i + 1])));
    }
    ranks.build();
    int[] next = ranks.next;
    int[] previous = ranks.previous;
    for (int left = ranks.lowest(); left >= 0; left = ranks.lowest()) {
      int right = next[left];
      int merged = pairs.merged(pairs.find(symbols[from + left], symbols[from + right]));
      symbols[from + left] = merged;
      int behind = next[right];
      next[left] = behind;
      next[right] = -1;
      ranks.set(right, PairTable.NONE);
      if (behind < count) {
        previous[behind] = left;
        ranks.set(left, pairs.order(pairs.find(merged, symbols[from + behind])));
      } else {
        ranks.set(left, PairTable.NONE);
      }
      int before = previous[left];
      if (before >= 0) {
        ranks.set(before, pairs.order(pairs.find(symbols[from + before], merged)));
      }
    }
    int to = from;
    for (int i = 0; i < count; i = next[i]) {
      symbols[to++] = symbols[from + i];
    }
    if (ranks.capacity() > KEPT_SYMBOLS) {
      tree = new RankTree(0);
    }
    return to - from;
  }

  /// The lowest of many ranks, leftmost first, while they change: a tournament of 16 a level, where
  /// each level holds the smallest rank and position of the 16 below, as one word. Two to four
  /// times as fast as a heap. Also the list of neighbours of the symbols that are left.
  private static final class RankTree {
    private static final int FAN_BITS = 4;
    private static final int FAN = 1 << FAN_BITS;
    private static final long NEVER = Long.MAX_VALUE;

    final int[] next;
    final int[] previous;
    private final long[][] levels;
    private final int[] used;

    RankTree(int capacity) {
      next = new int[capacity];
      previous = new int[capacity];
      int depth = 1;
      for (int size = groups(capacity); size > 1; size = groups(size)) {
        depth++;
      }
      levels = new long[depth + 1][];
      used = new int[depth + 1];
      int size = capacity;
      for (int level = 0; level <= depth; level++) {
        levels[level] = new long[groups(size) * FAN];
        size = groups(size);
      }
    }

    private static int groups(int size) {
      return Math.max(1, (size + FAN - 1) >>> FAN_BITS);
    }

    int capacity() {
      return next.length;
    }

    void begin(int count) {
      for (int i = 0; i < count; i++) {
        next[i] = i + 1;
        previous[i] = i - 1;
      }
      int size = count;
      for (int level = 0; level < levels.length; level++) {
        used[level] = groups(size) * FAN;
        Arrays.fill(levels[level], 0, used[level], NEVER);
        size = groups(size);
      }
    }

    void fill(int position, int order) {
      levels[0][position] = word(position, order);
    }

    private static long word(int position, int order) {
      return order == PairTable.NONE ? NEVER : (long) order << 32 | position;
    }

    void build() {
      for (int level = 1; level < levels.length; level++) {
        int groups = used[level - 1] >>> FAN_BITS;
        for (int group = 0; group < groups; group++) {
          levels[level][group] = smallest(levels[level - 1], group << FAN_BITS);
        }
      }
    }

    private static long smallest(long[] words, int from) {
      long smallest = words[from];
      for (int i = 1; i < FAN; i++) {
        smallest = Math.min(smallest, words[from + i]);
      }
      return smallest;
    }

    void set(int position, int order) {
      long word = word(position, order);
      int at = position;
      for (int level = 0; ; level++) {
        long[] words = levels[level];
        long old = words[at];
        words[at] = word;
        if (level + 1 == levels.length) {
          return;
        }
        int above = at >>> FAN_BITS;
        long known = levels[level + 1][above];
        if (word <= known) {
          if (word == known) {
            return;
          }
        } else if (old != known) {
          return; // the group's smallest is another one
        } else {
          word = smallest(words, above << FAN_BITS);
          if (word == known) {
            return;
          }
        }
        at = above;
      }
    }

    /// The position with the lowest order, or -1.
    int lowest() {
      long word = levels[levels.length - 1][0];
      return word == NEVER ? -1 : (int) word;
    }
  }
}
