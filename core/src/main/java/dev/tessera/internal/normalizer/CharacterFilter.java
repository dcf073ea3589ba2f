package dev.tessera.internal.normalizer;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.GeneralCategories;
import dev.tessera.internal.unicode.Utf8;

/// Normalizers that look at one character at a time.
public enum CharacterFilter implements TextNormalizer {
  /// Each character in lower case, whatever its neighbours are, by the tables of Unicode 17.
  LOWERCASE {
    @Override
    public void apply(AlignedText text) {
      for (int at = 0; at < text.length(); ) {
        int character = Utf8.decode(text.bytes(), at, text.length());
        int end = at + (character == Utf8.INVALID ? 1 : Utf8.bytes(character));
        int point = character == Utf8.INVALID ? -1 : Utf8.codePoint(character);
        if (point == DOTTED_CAPITAL_I) {
          text.put(DOTTED_SMALL_I, at, end);
        } else if (point < 0 || lowercase(point) == point) {
          text.copy(at, end);
        } else {
          text.put(CharacterText.utf8(lowercase(point)), at, end);
        }
        at = end;
      }
      text.swap();
    }
  },

  /// Without marks, by the tables of Unicode 9.0.
  STRIP_ACCENTS {
    @Override
    public void apply(AlignedText text) {
      if (text.isAscii()) {
        return;
      }
      for (int at = 0; at < text.length(); ) {
        int character = Utf8.decode(text.bytes(), at, text.length());
        int end = at + (character == Utf8.INVALID ? 1 : Utf8.bytes(character));
        if (character == Utf8.INVALID || !isMark(Utf8.codePoint(character))) {
          text.copy(at, end);
        }
        at = end;
      }
      text.swap();
    }
  };

  private static final int ARDHAVISARGA = 0x1CF2;
  private static final int ROTATED_ARDHAVISARGA = 0x1CF3;
  private static final int SHARADA_SANDHI_MARK = 0x111C9;
  private static final int DOTTED_CAPITAL_I = 0x130;
  private static final byte[] DOTTED_SMALL_I = {'i', (byte) 0xCC, (byte) 0x87};

  /// As [Character#toLowerCase(int)], with the capitals that Unicode 17 has brought.
  private static int lowercase(int point) {
    if (point >= 0x16EA0 && point <= 0x16EB8) { // Beria Erfe
      return point + 0x1B;
    }
    return switch (point) {
      case 0xA7CE, 0xA7D2, 0xA7D4 -> point + 1;
      default -> Character.toLowerCase(point);
    };
  }

  private static boolean isMark(int point) {
    return switch (point) {
      case ARDHAVISARGA, ROTATED_ARDHAVISARGA -> true; // letters since Unicode 12
      case SHARADA_SANDHI_MARK -> false; // a mark since Unicode 11
      default -> CharacterProperties.isIn(point, GeneralCategories.MARK) && Unicode9.has(point);
    };
  }
}
