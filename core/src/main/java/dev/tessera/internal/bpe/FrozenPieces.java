package dev.tessera.internal.bpe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Texts that are one symbol wherever they stand: the longest that begins at a place counts.
/// Immutable.
public final class FrozenPieces {
  private final List<byte[]> texts = new ArrayList<>();
  private final int[] symbols;
  private final ByteTrie trie;

  /// @param pieces UTF-8, none empty, and their symbols
  public FrozenPieces(Map<byte[], Integer> pieces) {
    symbols = new int[pieces.size()];
    pieces.forEach(
        (text, symbol) -> {
          symbols[texts.size()] = symbol;
          texts.add(text);
        });
    trie = new ByteTrie(texts);
  }

  /// Which one is the longest that `text[at .. to)` begins with, or -1.
  public int longest(byte[] text, int at, int to) {
    return trie.longest(text, at, to);
  }

  /// The length of a piece, in bytes.
  public int length(int piece) {
    return texts.get(piece).length;
  }

  /// The symbol of a piece.
  int symbol(int piece) {
    return symbols[piece];
  }

  /// All of them, in UTF-8.
  public List<byte[]> texts() {
    return Collections.unmodifiableList(texts);
  }
}
