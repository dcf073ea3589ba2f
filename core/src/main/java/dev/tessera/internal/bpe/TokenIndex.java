package dev.tessera.internal.bpe;

/// Finds the token that consists of given bytes. Immutable.
public final class TokenIndex {
  /// What is returned where there is none.
  public static final int NONE = -1;

  private static final long ID_MASK = 0xFFFF_FFFFL;

  private final BpeTables tables;

  /// `[2^bits]`, the upper half of a hash, and an id plus 1; 0 where there is nothing.
  private final long[] slots;

  private final int longest;

  /// An index of all tokens; of several with the same bytes the lowest id is found.
  public TokenIndex(BpeTables tables) {
    this.tables = tables;
    int symbols = tables.ends().length;
    slots = new long[Integer.highestOneBit(Math.max(8, symbols)) * 4];
    int most = 0;
    for (int id = 0; id < symbols; id++) {
      int length = tables.ends()[id] - tables.start(id);
      most = Math.max(most, length);
      if (length > 0) {
        insert(id, Words.hash(tables.bytes(), tables.start(id), length), length);
      }
    }
    longest = most;
  }

  private void insert(int id, long hash, int length) {
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0) {
      if (matches(slots[slot], hash, tables.bytes(), tables.start(id), length)) {
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = (hash & ~ID_MASK) | (id + 1);
  }

  private boolean matches(long word, long hash, byte[] bytes, int from, int length) {
    if (((word ^ hash) & ~ID_MASK) != 0) {
      return false;
    }
    int id = (int) word - 1;
    int start = tables.start(id);
    return tables.ends()[id] - start == length
        && Words.equal(tables.bytes(), start, bytes, from, length);
  }

  /// The id of the token `bytes[from .. from + length)`, or [#NONE].
  public int find(byte[] bytes, int from, int length) {
    if (length > longest || length == 0) {
      return NONE;
    }
    long hash = Words.hash(bytes, from, length);
    int slot = (int) hash & (slots.length - 1);
    while (slots[slot] != 0) {
      if (matches(slots[slot], hash, bytes, from, length)) {
        return (int) slots[slot] - 1;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return NONE;
  }

  /// The length of the longest token, in bytes.
  public int longest() {
    return longest;
  }

  /// Memory held, in bytes.
  public long bytes() {
    return 8L * slots.length;
  }
}
