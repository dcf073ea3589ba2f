package dev.tessera.internal.bpe;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Texts that are one symbol wherever they stand: the longest that begins at a place counts.
/// Immutable.
public final class FrozenPieces {
  private final Map<ByteBuffer, Integer> symbols = new HashMap<>();

  /// By first byte, the longest first; null where none begins.
  private final byte[][][] byFirst = new byte[256][][];

  /// @param pieces UTF-8, none empty, and their symbols
  public FrozenPieces(Map<byte[], Integer> pieces) {
    pieces.forEach((text, symbol) -> symbols.put(ByteBuffer.wrap(text), symbol));
    List<byte[]> sorted =
        pieces.keySet().stream().sorted(Comparator.comparingInt(text -> -text.length)).toList();
    for (byte[] text : sorted) {
      int first = text[0] & 0xFF;
      byte[][] known = byFirst[first] == null ? new byte[0][] : byFirst[first];
      byFirst[first] = Arrays.copyOf(known, known.length + 1);
      byFirst[first][known.length] = text;
    }
  }

  /// Whether there are none.
  public boolean isEmpty() {
    return symbols.isEmpty();
  }

  /// The length of the longest that `text[at .. to)` begins with, in bytes, or 0.
  public int longest(byte[] text, int at, int to) {
    byte[][] candidates = byFirst[text[at] & 0xFF];
    if (candidates != null) {
      for (byte[] piece : candidates) {
        if (piece.length <= to - at
            && Arrays.equals(piece, 0, piece.length, text, at, at + piece.length)) {
          return piece.length;
        }
      }
    }
    return 0;
  }

  /// The symbol of the one that is `text[at .. at + length)`.
  int symbol(byte[] text, int at, int length) {
    return symbols.getOrDefault(ByteBuffer.wrap(text, at, length), CharacterSymbols.NONE);
  }

  /// All of them, in UTF-8.
  @SuppressWarnings("ByteBufferBackingArray") // each wraps an array
  public List<byte[]> texts() {
    return symbols.keySet().stream()
        .map(text -> Arrays.copyOfRange(text.array(), text.position(), text.limit()))
        .toList();
  }
}
