package dev.tessera.text;

/// The characters by which byte-level encodings spell bytes, as GPT-2 introduced them: printable
/// Latin-1 stands for itself, the other 68 bytes, ascending, are U+0100 to U+0143.
final class ByteCharacters {
  private static final char FIRST_BORROWED = '\u0100';
  private static final char[] CHARACTERS = characters();

  private ByteCharacters() {}

  private static char[] characters() {
    char[] characters = new char[256];
    char borrowed = FIRST_BORROWED;
    for (int value = 0; value < 256; value++) {
      characters[value] = standsForItself(value) ? (char) value : borrowed++;
    }
    return characters;
  }

  private static boolean standsForItself(int value) {
    return (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
  }

  /// The byte values, by ascending character.
  static int[] bytesByCharacter() {
    int[] values = new int[256];
    int count = 0;
    for (int value = 0; value < 256; value++) {
      if (standsForItself(value)) {
        values[count++] = value;
      }
    }
    for (int value = 0; value < 256; value++) {
      if (!standsForItself(value)) {
        values[count++] = value;
      }
    }
    return values;
  }

  /// The bytes that the characters of `text` spell; none if one of them spells no byte.
  static byte[] bytes(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      int value = value(text.charAt(i));
      if (value < 0) {
        return new byte[0];
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  private static int value(char character) {
    for (int value = 0; value < 256; value++) {
      if (CHARACTERS[value] == character) {
        return value;
      }
    }
    return -1;
  }
}
