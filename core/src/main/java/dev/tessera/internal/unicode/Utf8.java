package dev.tessera.internal.unicode;

/// Characters in UTF-8 (RFC 3629: no surrogates, no overlong forms, nothing past U+10FFFF).
public final class Utf8 {
  /// What [#decode] returns where no valid character begins.
  public static final int INVALID = -1;

  private static final int BYTES_SHIFT = 24;
  private static final int CODE_POINT = (1 << BYTES_SHIFT) - 1;

  private Utf8() {}

  /// The character that begins at `at`, for [#codePoint] and [#bytes] to take apart; or [#INVALID],
  /// which stands for one byte.
  public static int decode(byte[] text, int at, int to) {
    int first = text[at];
    if (first >= 0) {
      return first | 1 << BYTES_SHIFT;
    }
    if (first >= (byte) 0xE0) {
      return first < (byte) 0xF0 ? three(text, at, to) : four(text, at, to);
    }
    if (first < (byte) 0xC2 || to - at < 2 || text[at + 1] >= (byte) 0xC0) {
      return INVALID;
    }
    return ((first & 0x1F) << 6) | (text[at + 1] & 0x3F) | (2 << BYTES_SHIFT);
  }

  private static int three(byte[] text, int at, int to) {
    if (to - at < 3 || text[at + 1] >= (byte) 0xC0 || text[at + 2] >= (byte) 0xC0) {
      return INVALID;
    }
    int codePoint = ((text[at] & 0xF) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F);
    boolean valid = codePoint >= 0x800 && (codePoint < 0xD800 || codePoint >= 0xE000);
    return valid ? codePoint | 3 << BYTES_SHIFT : INVALID;
  }

  private static int four(byte[] text, int at, int to) {
    if (text[at] > (byte) 0xF4
        || to - at < 4
        || text[at + 1] >= (byte) 0xC0
        || text[at + 2] >= (byte) 0xC0
        || text[at + 3] >= (byte) 0xC0) {
      return INVALID;
    }
    int codePoint =
        (text[at] & 0x7) << 18
            | (text[at + 1] & 0x3F) << 12
            | (text[at + 2] & 0x3F) << 6
            | (text[at + 3] & 0x3F);
    boolean valid = codePoint >= 0x10000 && codePoint <= Character.MAX_CODE_POINT;
    return valid ? codePoint | 4 << BYTES_SHIFT : INVALID;
  }

  /// The code point of a character that [#decode] has found.
  public static int codePoint(int character) {
    return character & CODE_POINT;
  }

  /// The length in bytes of a character that [#decode] has found.
  public static int bytes(int character) {
    return character >> BYTES_SHIFT;
  }
}
