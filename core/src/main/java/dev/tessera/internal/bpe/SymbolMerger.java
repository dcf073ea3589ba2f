package dev.tessera.internal.bpe;

/// Takes a piece as a token, where that is how it is done, or begins with its characters and merges
/// them.
public final class SymbolMerger implements PieceMerger {
  private final SymbolTables tables;
  private final Merger merger;

  /// A merger for one thread.
  public SymbolMerger(SymbolTables tables) {
    this.tables = tables;
    merger = new Merger(tables.pairs());
  }

  @Override
  public int merge(byte[] text, int from, int length, int[] ids) {
    TokenIndex whole = tables.whole();
    int id = whole == null ? TokenIndex.NONE : whole.find(text, from, length);
    if (id >= 0) {
      ids[0] = id;
      return 1;
    }
    int count;
    if (tables.knowsAscii() && isAscii(text, from, length)) {
      count =
          merger.mergeBytes(text, from, length, tables.asciiSymbols(), tables.asciiPairs(), ids);
    } else {
      count = merger.merge(ids, 0, tables.symbols().begin(text, from, from + length, ids));
    }
    return tables.symbols().end(ids, count);
  }

  private static boolean isAscii(byte[] text, int from, int length) {
    int all = 0;
    for (int i = from; i < from + length; i++) {
      all |= text[i];
    }
    return all >= 0;
  }
}
