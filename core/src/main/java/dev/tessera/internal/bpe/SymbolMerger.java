package dev.tessera.internal.bpe;

import org.jspecify.annotations.Nullable;

/// Takes a piece as a token, where that is how it is done, or begins with its characters and merges
/// them.
public final class SymbolMerger implements PieceMerger {
  private final CharacterSymbols symbols;
  private final Merger merger;
  private final @Nullable TokenIndex whole;

  /// @param whole the tokens that a piece may be taken as, or null
  public SymbolMerger(CharacterSymbols symbols, PairTable pairs, @Nullable TokenIndex whole) {
    this.symbols = symbols;
    this.merger = new Merger(pairs);
    this.whole = whole;
  }

  @Override
  public int merge(byte[] text, int from, int length, int[] ids) {
    int id = whole == null ? TokenIndex.NONE : whole.find(text, from, length);
    if (id >= 0) {
      ids[0] = id;
      return 1;
    }
    int count = symbols.begin(text, from, from + length, ids);
    return symbols.end(ids, merger.merge(ids, 0, count));
  }
}
