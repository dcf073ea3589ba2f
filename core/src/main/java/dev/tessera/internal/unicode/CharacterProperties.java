package dev.tessera.internal.unicode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// General categories, white space and word characters of the Unicode version that tiktoken 0.14
/// has, as `src/main/unicode/make_tables.py` has asked them of it.
public final class CharacterProperties {
  /// The Unicode version of all that is here.
  public static final String UNICODE_VERSION;

  private static final int CATEGORY = 0x1F;
  private static final int WORD = 0x20;
  private static final int WHITE_SPACE = 0x40;
  private static final TwoLevelTable TABLE;

  static {
    byte[] file = read("properties.bin");
    int at = 0;
    while (file[at] != '\n') {
      at++;
    }
    UNICODE_VERSION = new String(file, 0, at, StandardCharsets.US_ASCII);
    TABLE = TwoLevelTable.of(runs(file, at + 1));
  }

  private CharacterProperties() {}

  private static byte[] read(String name) {
    try (InputStream in = CharacterProperties.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing from tessera-core");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Writes out the runs of equal properties, each a LEB128 length and a byte.
  private static byte[] runs(byte[] file, int first) {
    byte[] properties = new byte[TwoLevelTable.CODE_POINTS];
    int at = first;
    int codePoint = 0;
    while (codePoint < properties.length) {
      int length = 0;
      int shift = 0;
      while (file[at] < 0) {
        length |= (file[at++] & 0x7F) << shift;
        shift += 7;
      }
      length |= file[at++] << shift;
      Arrays.fill(properties, codePoint, codePoint + length, file[at++]);
      codePoint += length;
    }
    return properties;
  }

  /// The general category, as [Character#getType(int)] numbers it.
  public static int category(int codePoint) {
    return TABLE.at(codePoint) & CATEGORY;
  }

  /// Whether the general category is among `categories`, a set with bit `1 << category` for each.
  public static boolean isIn(int codePoint, int categories) {
    return (1 << category(codePoint) & categories) != 0;
  }

  /// Whether the character has the property White_Space: with U+0085, without U+001C to U+001F.
  public static boolean isWhiteSpace(int codePoint) {
    return (TABLE.at(codePoint) & WHITE_SPACE) != 0;
  }

  /// Whether the character is one of a word (`\w`): alphabetic, a mark, a decimal digit, connecting
  /// punctuation, or a joiner.
  public static boolean isWord(int codePoint) {
    return (TABLE.at(codePoint) & WORD) != 0;
  }
}
