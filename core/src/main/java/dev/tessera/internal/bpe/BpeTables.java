package dev.tessera.internal.bpe;

import dev.tessera.kernel.MergeOperand;

/// What a byte-level encoding consists of. The arrays are shared, and nobody writes to them.
///
/// @param bytes the bytes of all tokens, one behind the other, by ascending id
/// @param ends `[symbols]`, where each token ends in `bytes`; an id that has no token has no bytes
/// @param byteSymbols `[256]`, the symbol that each single byte begins as
/// @param merges the rules over these symbols
/// @param wholePieces whether a piece that is a token is taken whole, whatever the rules lead to
@SuppressWarnings("ArrayRecordComponent") // large, shared, and compared by nobody
public record BpeTables(
    byte[] bytes, int[] ends, int[] byteSymbols, MergeOperand merges, boolean wholePieces) {
  /// Where the bytes of `id` begin.
  public int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }
}
