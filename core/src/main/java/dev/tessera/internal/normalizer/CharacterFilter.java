package dev.tessera.internal.normalizer;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.GeneralCategories;
import dev.tessera.internal.unicode.Utf8;

/// Normalizers that look at one character at a time.
public enum CharacterFilter implements TextNormalizer {
  /// Each character in lower case, whatever its neighbours are.
  LOWERCASE {
    @Override
    public void apply(AlignedText text) {
      for (int at = 0; at < text.length(); ) {
        int character = Utf8.decode(text.bytes(), at, text.length());
        int end = at + (character == Utf8.INVALID ? 1 : Utf8.bytes(character));
        int point = character == Utf8.INVALID ? -1 : Utf8.codePoint(character);
        if (point == DOTTED_CAPITAL_I) {
          text.put(DOTTED_SMALL_I, at, end);
        } else if (point < 0 || Character.toLowerCase(point) == point) {
          text.copy(at, end);
        } else {
          text.put(CharacterText.utf8(Character.toLowerCase(point)), at, end);
        }
        at = end;
      }
      text.swap();
    }
  },

  /// Without marks.
  STRIP_ACCENTS {
    @Override
    public void apply(AlignedText text) {
      if (text.isAscii()) {
        return;
      }
      for (int at = 0; at < text.length(); ) {
        int character = Utf8.decode(text.bytes(), at, text.length());
        int end = at + (character == Utf8.INVALID ? 1 : Utf8.bytes(character));
        if (character == Utf8.INVALID
            || !CharacterProperties.isIn(Utf8.codePoint(character), GeneralCategories.MARK)) {
          text.copy(at, end);
        }
        at = end;
      }
      text.swap();
    }
  };

  private static final int DOTTED_CAPITAL_I = 0x130;
  private static final byte[] DOTTED_SMALL_I = {'i', (byte) 0xCC, (byte) 0x87};
}
