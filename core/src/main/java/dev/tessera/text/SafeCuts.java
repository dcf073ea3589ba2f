package dev.tessera.text;

/// Places in a text where every [dev.tessera.kernel.SplitPattern] begins a piece, and before which
/// it cuts as if the text ended there: what lies on both sides can be encoded apart.
///
/// There are two such places. Between an ASCII letter and a space that an ASCII letter follows: a
/// piece with a letter ends with its letters, and only white space at its end looks further. And
/// behind a line feed that stands alone between two characters that are not white space, the second
/// of which is no `/`, which o200k takes along with line breaks: the line feed ends its piece,
/// whether the text goes on or not.
final class SafeCuts {
  private SafeCuts() {}

  /// The last such place in `(from, to)`, or -1.
  static int last(byte[] text, int from, int to) {
    for (int at = to - 2; at > from; at--) {
      if (isSafe(text, from, at)) {
        return at;
      }
    }
    return -1;
  }

  /// The first such place in `[begin, to)`, or `to`.
  static int first(byte[] text, int from, int begin, int to) {
    for (int at = Math.max(begin, from + 1); at + 1 < to; at++) {
      if (isSafe(text, from, at)) {
        return at;
      }
    }
    return to;
  }

  /// Whether `at` is such a place; `at - 1`, `at` and `at + 1` are within the text.
  private static boolean isSafe(byte[] text, int from, int at) {
    byte before = text[at - 1];
    if (text[at] == ' ') {
      return isLetter(before) && isLetter(text[at + 1]);
    }
    return before == '\n' && at - 2 >= from && endsVisible(text[at - 2]) && beginsVisible(text[at]);
  }

  private static boolean isLetter(byte b) {
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }

  /// Whether no white space ends with this byte. Beyond ASCII there are U+0085, U+00A0, U+1680,
  /// U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
  private static boolean endsVisible(byte b) {
    int value = b & 0xFF;
    if (value < 0x80) {
      return value > ' ' && value != 0x7F;
    }
    return value > 0x8A
        && value != 0xA0
        && value != 0xA8
        && value != 0xA9
        && value != 0xAF
        && value != 0x9F;
  }

  /// Whether no white space, and no `/`, begins with this byte, which begins a character.
  private static boolean beginsVisible(byte b) {
    int value = b & 0xFF;
    if (value < 0x80) {
      return value > ' ' && value != 0x7F && value != '/';
    }
    return value > 0xC2 && (value < 0xE1 || value > 0xE3);
  }
}
