package dev.tessera.internal.bpe;

import dev.tessera.kernel.MergeOperand;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Which rule joins two symbols: an open hash table of one 64-bit word a rule. Immutable once all
/// rules are in it.
///
/// Most questions have no answer (7 of 8 in text), and those a filter answers, which stays in the
/// second-level cache where the table does not: without it merging took 1.3 times as long. Each
/// rule sets two bits of one of its words. 100,000 rules have 128 KB, and 3 answers in 100 are
/// wrong; with twice as much it is 1, and a first pass over text takes 4 % longer.
///
/// A rule is known by a *key*, which [#merged] turns into the joined symbol and [#order] into what
/// its rank is compared by. Where merged ids ascend with the ranks, as in every rank file, all
/// three are the same number.
public final class PairTable {
  /// No rule joins the pair; greater than every key and every order.
  public static final int NONE = Integer.MAX_VALUE;

  /// The most rules: what is left of 64 bits beside two symbols, without the empty slot's.
  public static final int MOST_RULES = (1 << 22) - 1;

  private static final int SYMBOL_BITS = 21;
  private static final int KEY_BITS = 22;
  private static final int KEY_MASK = (1 << KEY_BITS) - 1;
  private static final long EMPTY = -1;
  private static final long HASH = 0x9E3779B97F4A7C15L;

  /// Rules that share a word of the filter, at most, as long as it may grow.
  private static final int RULES_A_WORD = 8;

  private final long[] slots;
  private final int shift;
  private final long[] filter;
  private final int filterShift;

  /// Whether keys are merged ids, which ascend with the ranks; if not, keys are rule numbers.
  private final boolean ascending;

  /// Whether, besides, each rule's symbol is above both of its parts.
  private final boolean growing;

  private final int[] mergedOf;
  private final int[] orderOf;
  private final int symbols;

  /// A table of all rules.
  ///
  /// @throws IllegalArgumentException if there are more than [#MOST_RULES] rules or 2^21 symbols
  public PairTable(MergeOperand rules) {
    this(rules.rules(), rules.symbols(), ascends(rules), rules);
    for (int rule = 0; rule < rules.rules(); rule++) {
      add(rules.left()[rule], rules.right()[rule], ascending ? rules.merged()[rule] : rule);
    }
  }

  /// An empty table, for [#add]: keys are what their user makes of them.
  ///
  /// @throws IllegalArgumentException as above
  public PairTable(int rules, int symbols) {
    this(rules, symbols, true, null);
  }

  private PairTable(int count, int symbols, boolean ascending, @Nullable MergeOperand rules) {
    if (count > MOST_RULES || symbols > 1 << SYMBOL_BITS) {
      throw new IllegalArgumentException(
          "a merge table holds up to %d rules over %d symbols, not %d over %d"
              .formatted(MOST_RULES, 1 << SYMBOL_BITS, count, symbols));
    }
    this.symbols = symbols;
    this.ascending = ascending;
    growing = ascending && rules != null && grows(rules);
    // at most 4/5 full: most questions that the filter lets through have an answer, and a denser
    // table stays in the caches
    int bits = Math.max(4, 32 - Integer.numberOfLeadingZeros(count + count / 4));
    slots = new long[1 << bits];
    shift = 64 - bits;
    int words = 32 - Integer.numberOfLeadingZeros(count / RULES_A_WORD);
    int wordBits = Math.clamp(words, 1, HashFilter.MOST_WORD_BITS);
    filter = new long[1 << wordBits];
    filterShift = Long.SIZE - wordBits;
    Arrays.fill(slots, EMPTY);
    mergedOf = ascending || rules == null ? new int[0] : rules.merged();
    orderOf = ascending || rules == null ? new int[0] : orders(rules);
  }

  private static boolean grows(MergeOperand rules) {
    for (int rule = 0; rule < rules.rules(); rule++) {
      if (rules.merged()[rule] <= Math.max(rules.left()[rule], rules.right()[rule])) {
        return false;
      }
    }
    return true;
  }

  /// Whether rules of one rank lead to one symbol, and greater ranks to greater symbols.
  private static boolean ascends(MergeOperand rules) {
    int[] rank = rules.rank();
    int[] merged = rules.merged();
    for (int rule = 1; rule < rank.length; rule++) {
      if (rank[rule] == rank[rule - 1]
          ? merged[rule] != merged[rule - 1]
          : merged[rule] <= merged[rule - 1]) {
        return false;
      }
    }
    return true;
  }

  /// The ranks, without gaps: equal ranks stay equal.
  private static int[] orders(MergeOperand rules) {
    int[] rank = rules.rank();
    int[] orders = new int[rank.length];
    for (int rule = 1; rule < rank.length; rule++) {
      orders[rule] = orders[rule - 1] + (rank[rule] == rank[rule - 1] ? 0 : 1);
    }
    return orders;
  }

  /// Adds a rule; not while others look for one.
  ///
  /// @throws IllegalArgumentException if there is a rule for this pair
  public void add(int left, int right, int key) {
    long pair = pair(left, right);
    long hash = pair * HASH;
    HashFilter.add(filter, filterShift, hash);
    int mask = slots.length - 1;
    int slot = (int) (hash >>> shift);
    while (slots[slot] != EMPTY) {
      if (slots[slot] >>> KEY_BITS == pair) {
        throw new IllegalArgumentException(
            "two merge rules join the symbols %d and %d".formatted(left, right));
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = pair << KEY_BITS | key;
  }

  private static long pair(int left, int right) {
    return (long) left << SYMBOL_BITS | right;
  }

  /// The key of the rule that joins `left` and `right`, or [#NONE].
  public int find(int left, int right) {
    long pair = pair(left, right);
    long hash = pair * HASH;
    return HashFilter.find(filter, filterShift, hash) == 0 ? NONE : search(pair, hash);
  }

  private int search(long pair, long hash) {
    int mask = slots.length - 1;
    int slot = (int) (hash >>> shift);
    while (true) {
      long word = slots[slot];
      if (word >>> KEY_BITS == pair) {
        return (int) word & KEY_MASK;
      }
      if (word == EMPTY) {
        return NONE;
      }
      slot = (slot + 1) & mask;
    }
  }

  /// What a key is compared by: the lower one is joined first, of equal ones the leftmost. Below
  /// 2^22 for a rule.
  public int order(int key) {
    return ascending || key == NONE ? key : orderOf[key];
  }

  /// Whether a key is itself its order and the joined symbol.
  public boolean keysAreSymbols() {
    return ascending;
  }

  /// Whether keys are symbols and each is above both of its rule's parts: what a join makes
  /// possible then comes after it.
  boolean partsComeFirst() {
    return growing;
  }

  /// The symbol that the rule of this key leads to.
  public int merged(int key) {
    return ascending ? key : mergedOf[key];
  }

  /// One more than the greatest symbol.
  public int symbols() {
    return symbols;
  }

  /// Memory held, in bytes; arrays shared with the operand are not counted.
  public long bytes() {
    return 8L * (slots.length + filter.length) + 4L * orderOf.length;
  }
}
