package dev.tessera.internal.normalizer;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.Utf8;

/// Takes white space away from the beginning, the end or both.
///
/// @param left whether from the beginning
/// @param right whether from the end
public record Strip(boolean left, boolean right) implements TextNormalizer {
  @Override
  public void apply(AlignedText text) {
    int from = 0;
    int to = text.length();
    while (left && from < to && isSpace(text.bytes(), from, to)) {
      from += Utf8.bytes(Utf8.decode(text.bytes(), from, to));
    }
    while (right && from < to) {
      int last = to - 1;
      while (last > from && (text.bytes()[last] & 0xC0) == 0x80) {
        last--;
      }
      if (!isSpace(text.bytes(), last, to)) {
        break;
      }
      to = last;
    }
    text.copy(from, to);
    text.swap();
  }

  private static boolean isSpace(byte[] bytes, int at, int to) {
    int character = Utf8.decode(bytes, at, to);
    return character != Utf8.INVALID && CharacterProperties.isWhiteSpace(Utf8.codePoint(character));
  }
}
