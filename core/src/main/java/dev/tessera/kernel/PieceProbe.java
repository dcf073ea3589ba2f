package dev.tessera.kernel;

/// Looks pieces of text up in a [PieceTable], [#PIECES] at a time: all are looked for, then the ids
/// of those that were found are written. Holds what was found between the two, so each thread has
/// its own.
public interface PieceProbe {
  /// Pieces that are looked up together.
  int PIECES = 64;

  /// Bytes from the beginning of a piece on that are read, though not used, for a short one.
  int READ_BYTES = 16;

  /// Ids that may be written beyond those that count.
  int SPARE_IDS = 16;

  /// Looks for [#PIECES] pieces that lie one behind the other.
  ///
  /// @param text with [#READ_BYTES] from where each of them begins
  /// @param from where the first one begins
  /// @param ends where they end, ascending, from `ends[piece]` on
  void find(PieceTable table, byte[] text, int from, int[] ends, int piece);

  /// Writes the ids of pieces that the last [#find] looked for: from the first one on, or from
  /// behind the one that the last call ended at, up to one that has more than 15 bytes, was not in
  /// the slot that it was looked for in, or whose ids are not in its slot. What the table's owner
  /// has changed meanwhile does not matter where the ids of pieces stay what they are.
  ///
  /// @param ids written from `offset` on; with room for an id a byte of the pieces that are left,
  ///   and [#SPARE_IDS]
  /// @return one past the last id
  int write(int[] ids, int offset);

  /// The number of the piece that the last [#write] ended at, [#PIECES] if it was past the last.
  int written();
}
