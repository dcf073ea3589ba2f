package dev.tessera.internal.normalizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Finds the longest of some texts that stands at a place. Immutable.
public final class PieceMatcher {
  /// By first byte, the longest first.
  private final byte[][][] byFirst = new byte[256][][];

  private final boolean empty;

  /// @param texts UTF-8, none empty
  public PieceMatcher(List<byte[]> texts) {
    empty = texts.isEmpty();
    List<byte[]> sorted = new ArrayList<>(texts);
    sorted.sort(Comparator.comparingInt(text -> -text.length));
    for (byte[] text : sorted) {
      int first = text[0] & 0xFF;
      byte[][] known = byFirst[first] == null ? new byte[0][] : byFirst[first];
      byFirst[first] = Arrays.copyOf(known, known.length + 1);
      byFirst[first][known.length] = text;
    }
  }

  /// Whether there are no texts.
  public boolean isEmpty() {
    return empty;
  }

  /// The length of the longest text that `bytes[at .. to)` begins with, in bytes, or 0.
  public int longest(byte[] bytes, int at, int to) {
    if (empty || byFirst[bytes[at] & 0xFF] == null) {
      return 0;
    }
    for (byte[] text : byFirst[bytes[at] & 0xFF]) {
      if (text.length <= to - at && Arrays.equals(text, 0, text.length, bytes, at, at + text.length)) {
        return text.length;
      }
    }
    return 0;
  }
}
