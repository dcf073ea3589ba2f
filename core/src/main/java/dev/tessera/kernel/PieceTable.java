package dev.tessera.kernel;

/// Pieces of text of up to 15 bytes and their ids, in slots of two kinds:
///
/// | bytes of a piece | a slot |
/// |---|---|
/// | up to 7 | two words: first word xor second word of the piece; its ids |
/// | 8 to 15 | four words: the same; the second word; its ids; those behind the third |
///
/// The first word of a piece are its first eight bytes, lowest first, or what there is of them. The
/// second are those behind the eighth, with the length in the uppermost byte. So no two pieces have
/// the same two words, and a piece of up to 7 bytes is told by their xor alone.
///
/// A word of ids holds up to three, 20 bits each, lowest first, above them how many ids the slot
/// has. It is 0 in an empty slot. Where it is negative, as with [#ELSEWHERE], the ids are
/// elsewhere.
///
/// The number of the slot that a piece is looked for in is [#slot(long, int)]; short slots begin at
/// word 0, the others at `mediumSlots`. A piece may stand in another slot of the table, too, for
/// its owner to find.
///
/// @param slots the words; their owner changes them between calls
/// @param mediumSlots where the slots of pieces of 8 to 15 bytes begin
/// @param shift what leaves of a hash the number of a slot, of either kind
@SuppressWarnings("ArrayRecordComponent") // large, and compared by nobody
public record PieceTable(long[] slots, int mediumSlots, int shift) {
  /// The longest piece in a slot of two words, in bytes.
  public static final int SHORT_BYTES = 7;

  /// The longest piece in a slot of four words, in bytes.
  public static final int MEDIUM_BYTES = 15;

  /// Ids in a word.
  public static final int IDS_A_WORD = 3;

  /// The most ids in a slot of four words.
  public static final int MOST_IDS = 2 * IDS_A_WORD;

  /// Bits of an id.
  public static final int ID_BITS = 20;

  /// The greatest id.
  public static final int ID_MASK = (1 << ID_BITS) - 1;

  /// Where in a word of ids their number is.
  public static final int COUNT_SHIFT = IDS_A_WORD * ID_BITS;

  /// A number of ids that says: they are elsewhere.
  public static final int ELSEWHERE = 15;

  /// Where in the second word the length is.
  public static final int LENGTH_SHIFT = 56;

  /// What a piece's first word of a slot is multiplied by for the hash: odd, its bits evenly
  /// spread.
  public static final long FACTOR = 0x9E3779B97F4A7C15L;

  /// The number of the slot that a piece is looked for in.
  ///
  /// @param key the first word of the slot: the piece's first xor its second
  public static int slot(long key, int shift) {
    return (int) ((key * FACTOR) >>> shift);
  }

  /// Writes the three ids of a word, of which those count that it has, to `ids[at .. at + 3)`.
  public static void writeThree(long word, int[] ids, int at) {
    ids[at] = (int) word & ID_MASK;
    ids[at + 1] = (int) (word >>> ID_BITS) & ID_MASK;
    ids[at + 2] = (int) (word >>> (2 * ID_BITS)) & ID_MASK;
  }
}
