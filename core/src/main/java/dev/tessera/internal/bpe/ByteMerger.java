package dev.tessera.internal.bpe;

/// Takes a piece as a token, or begins with its bytes and merges them.
final class ByteMerger implements PieceMerger {
  private final PreparedTables prepared;
  private final Merger merger;

  ByteMerger(PreparedTables prepared) {
    this.prepared = prepared;
    merger = new Merger(prepared.pairs());
  }

  @Override
  public int merge(byte[] text, int from, int length, int[] ids) {
    if (length > PieceCache.MEDIUM_BYTES || !prepared.mergingSuffices()) {
      int id = prepared.whole(text, from, length);
      if (id >= 0) {
        ids[0] = id;
        return 1;
      }
    } // shorter tokens are in the cache from the start, and merging leads to them, too
    return merger.mergeBytes(
        text, from, length, prepared.tables().byteSymbols(), prepared.bytePairs(), ids);
  }
}
