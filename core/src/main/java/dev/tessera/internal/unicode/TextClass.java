package dev.tessera.internal.unicode;

/// What the published patterns ask of a character: a set of classes, kept in one byte for each code
/// point, read straight from UTF-8.
///
/// Each character is exactly one of letter, number, white space and other. Bytes that are not valid
/// UTF-8 are each a character of their own, of the class other.
public final class TextClass {
  /// `\p{L}`.
  public static final int LETTER = 1;

  /// `\p{N}`.
  public static final int NUMBER = 2;

  /// `\s`.
  public static final int SPACE = 4;

  /// `[^\s\p{L}\p{N}]`.
  public static final int OTHER = 8;

  /// `[\r\n]`.
  public static final int LINE_BREAK = 16;

  /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`: how o200k lets a word begin.
  public static final int HEAD = 32;

  /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`: how o200k lets a word go on.
  public static final int TAIL = 64;

  /// The bits of all classes in what [#at] returns; its length in bytes is above them.
  private static final int CLASSES = 0xFF;

  private static final int BYTES_SHIFT = 8;
  private static final int INVALID = OTHER | 1 << BYTES_SHIFT;

  private static final TwoLevelTable TABLE = table();
  private static final char[] ASCII = ascii();

  private TextClass() {}

  private static TwoLevelTable table() {
    byte[] classes = new byte[TwoLevelTable.CODE_POINTS];
    for (int codePoint = 0; codePoint < classes.length; codePoint++) {
      classes[codePoint] = (byte) classify(codePoint);
    }
    return TwoLevelTable.of(classes);
  }

  private static int classify(int codePoint) {
    if (CharacterProperties.isWhiteSpace(codePoint)) {
      return codePoint == '\r' || codePoint == '\n' ? SPACE | LINE_BREAK : SPACE;
    }
    return switch (CharacterProperties.category(codePoint)) {
      case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> LETTER | HEAD;
      case Character.LOWERCASE_LETTER -> LETTER | TAIL;
      case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER | HEAD | TAIL;
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          OTHER | HEAD | TAIL;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      default -> OTHER;
    };
  }

  private static char[] ascii() {
    char[] ascii = new char[128];
    for (int codePoint = 0; codePoint < ascii.length; codePoint++) {
      ascii[codePoint] = (char) (TABLE.at(codePoint) | 1 << BYTES_SHIFT);
    }
    return ascii;
  }

  /// The classes of a code point.
  public static int of(int codePoint) {
    return TABLE.at(codePoint);
  }

  /// The classes of the character that begins at `at`, with [#bytes] its length.
  ///
  /// @param at less than `to`
  /// @param to where the text ends
  public static int at(byte[] text, int at, int to) {
    byte first = text[at];
    return first >= 0 ? ASCII[first] : beyondAscii(text, at, to);
  }

  /// How many bytes the character has whose classes are `found`.
  public static int bytes(int found) {
    return found >> BYTES_SHIFT;
  }

  private static int beyondAscii(byte[] text, int at, int to) {
    int character = Utf8.decode(text, at, to);
    return character == Utf8.INVALID
        ? INVALID
        : (TABLE.at(Utf8.codePoint(character)) & CLASSES) | (Utf8.bytes(character) << BYTES_SHIFT);
  }
}
