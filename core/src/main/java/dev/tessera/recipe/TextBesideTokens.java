package dev.tessera.recipe;

/// Text beside a token that was added to a vocabulary, as the tokenizers of `transformers` that are
/// written in Python take it up to version 4.33: without the white space there, which is what
/// Python's `str.strip` takes for such.
final class TextBesideTokens {
  private static final char NEXT_LINE = 0x85;

  private TextBesideTokens() {}

  /// The text before a token.
  static String before(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /// The text behind a token.
  static String behind(String text) {
    int from = 0;
    while (from < text.length() && isSpace(text.charAt(from))) {
      from++;
    }
    return text.substring(from);
  }

  private static boolean isSpace(char character) {
    return Character.isWhitespace(character)
        || Character.isSpaceChar(character)
        || character == NEXT_LINE;
  }
}
