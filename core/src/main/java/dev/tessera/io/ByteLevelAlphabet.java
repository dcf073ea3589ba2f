package dev.tessera.io;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The characters by which byte-level encodings spell bytes, as GPT-2 introduced them: printable
/// Latin-1 stands for itself, the other 68 bytes, ascending, are U+0100 to U+0143.
public final class ByteLevelAlphabet {
  private static final char FIRST_BORROWED = '\u0100';
  private static final char[] CHARACTERS = characters();
  private static final short[] BYTES = bytes();

  private ByteLevelAlphabet() {}

  private static char[] characters() {
    char[] characters = new char[256];
    char borrowed = FIRST_BORROWED;
    for (int value = 0; value < characters.length; value++) {
      boolean itself = (value >= '!' && value <= '~') || (value >= 0xA1 && value != 0xAD);
      characters[value] = itself ? (char) value : borrowed++;
    }
    return characters;
  }

  private static short[] bytes() {
    short[] bytes = new short[FIRST_BORROWED + 68];
    Arrays.fill(bytes, (short) -1);
    for (int value = 0; value < CHARACTERS.length; value++) {
      bytes[CHARACTERS[value]] = (short) value;
    }
    return bytes;
  }

  /// The characters that spell `bytes`.
  public static String spell(byte[] bytes) {
    char[] spelled = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      spelled[i] = CHARACTERS[bytes[i] & 0xFF];
    }
    return new String(spelled);
  }

  /// The bytes that `text` spells; null if one of its characters spells none.
  public static byte @Nullable [] read(String text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = text.charAt(i);
      if (c >= BYTES.length || BYTES[c] < 0) {
        return null;
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }
}
