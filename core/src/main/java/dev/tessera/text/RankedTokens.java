package dev.tessera.text;

/// Tokens that have ranks instead of merges. The arrays are shared, and nobody writes to them.
///
/// @param bytes the tokens, one behind the other, by ascending id
/// @param ends `[ids]`, where each ends; ids without a token have no bytes
/// @param order the ids of the tokens that can be merged, by ascending rank
/// @param rank `[ids]`, the rank of each of those
/// @param otherLengths the lengths in bytes of the symbols from `ids` on, which are no tokens
@SuppressWarnings("ArrayRecordComponent") // shared by those who know
record RankedTokens(byte[] bytes, int[] ends, int[] order, int[] rank, int[] otherLengths) {
  int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  int length(int symbol) {
    return symbol < ends.length ? ends[symbol] - start(symbol) : otherLengths[symbol - ends.length];
  }
}
