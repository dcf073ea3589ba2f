package dev.tessera.internal.bpe;

import org.jspecify.annotations.Nullable;

/// What all [SymbolMerger]s of one vocabulary share. Immutable.
public final class SymbolTables {
  private static final int ASCII = 128;

  private final CharacterSymbols symbols;
  private final PairTable pairs;
  private final @Nullable TokenIndex whole;
  private final int[] asciiSymbols = new int[ASCII];
  private final int[] asciiPairs = new int[ASCII << Byte.SIZE];
  private final boolean knowsAscii;

  /// @param whole the tokens that a piece may be taken as, or null
  public SymbolTables(CharacterSymbols symbols, PairTable pairs, @Nullable TokenIndex whole) {
    this.symbols = symbols;
    this.pairs = pairs;
    this.whole = whole;
    knowsAscii = symbols.standsAlone() && symbols.frozen().texts().isEmpty();
    if (knowsAscii) {
      byte[] text = new byte[1];
      int[] begun = new int[1];
      for (int character = 0; character < ASCII; character++) {
        text[0] = (byte) character;
        symbols.begin(text, 0, 1, begun);
        asciiSymbols[character] = begun[0];
      }
      for (int first = 0; first < ASCII; first++) {
        for (int second = 0; second < ASCII; second++) {
          asciiPairs[first << Byte.SIZE | second] =
              pairs.find(asciiSymbols[first], asciiSymbols[second]);
        }
      }
    }
  }

  CharacterSymbols symbols() {
    return symbols;
  }

  PairTable pairs() {
    return pairs;
  }

  @Nullable TokenIndex whole() {
    return whole;
  }

  /// Whether each ASCII character becomes one symbol, whatever stands beside it.
  boolean knowsAscii() {
    return knowsAscii;
  }

  /// `[128]`, the symbol that each ASCII character becomes, if that is known.
  int[] asciiSymbols() {
    return asciiSymbols;
  }

  /// `[128 * 256]`, the key of the rule that joins two of these, the first one high.
  int[] asciiPairs() {
    return asciiPairs;
  }

  /// Memory held beside the tokens' bytes, in bytes.
  public long bytes() {
    return pairs.bytes() + 4L * (asciiSymbols.length + asciiPairs.length);
  }
}
