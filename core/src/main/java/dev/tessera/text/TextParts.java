package dev.tessera.text;

import java.util.Arrays;

/// Which part of a text ids stand for.
final class TextParts {
  private TextParts() {}

  /// The first ids of `sink`, at most `most`, that end where a character does.
  static TextPrefix prefix(IdSink sink, TokenBytes tokens, int most) {
    int[] ids = sink.toArray();
    int count = Math.min(most, ids.length);
    while (count > 0 && count < ids.length && Utf8.continues(tokens.first(ids[count]))) {
      count--;
    }
    byte[] covered = new byte[Math.toIntExact(tokens.length(ids, 0, count))];
    tokens.copy(ids, 0, count, covered, 0);
    return new TextPrefix(
        count == ids.length ? ids : Arrays.copyOf(ids, count),
        covered.length,
        Utf8.chars(covered, 0, covered.length),
        count == ids.length);
  }

  /// Ids with the places of their bytes in `text`, which they add up to.
  static EncodedText withOffsets(int[] ids, byte[] text, TokenBytes tokens) {
    int[] byteStarts = new int[ids.length];
    int[] byteEnds = new int[ids.length];
    int[] charStarts = new int[ids.length];
    int[] charEnds = new int[ids.length];
    int at = 0;
    long chars = 0; // of the characters that begin before `at`
    int width = 0; // of the last of them
    for (int i = 0; i < ids.length; i++) {
      int end = at + tokens.length(ids[i]);
      charStarts[i] = (int) (Utf8.continues(text[at]) ? chars - width : chars);
      for (; at < end; at++) {
        if (!Utf8.continues(text[at])) {
          width = (text[at] & 0xF8) == 0xF0 ? 2 : 1;
          chars += width;
        }
      }
      byteEnds[i] = end;
      if (i + 1 < ids.length) {
        byteStarts[i + 1] = end;
      }
      charEnds[i] = (int) chars;
    }
    return new EncodedText(ids, byteStarts, byteEnds, charStarts, charEnds);
  }
}
