package dev.tessera.text;

import dev.tessera.internal.unicode.CharacterProperties;
import dev.tessera.internal.unicode.GeneralCategories;
import dev.tessera.internal.unicode.Utf8;
import java.util.function.IntPredicate;

/// Finds single characters of one kind.
final class CharacterFinder implements MatchFinder {
  /// What stands for a byte that is not valid UTF-8.
  private static final int REPLACEMENT = 0xFFFD;

  private static final String ASCII_SYMBOLS = "$+<=>^`|~";

  private final IntPredicate kind;

  private CharacterFinder(IntPredicate kind) {
    this.kind = kind;
  }

  static CharacterFinder numbers() {
    return new CharacterFinder(c -> CharacterProperties.isIn(c, GeneralCategories.NUMBER));
  }

  static CharacterFinder whiteSpace() {
    return new CharacterFinder(CharacterProperties::isWhiteSpace);
  }

  /// All of ASCII that is printed and neither letter nor digit, and what Unicode calls punctuation.
  static CharacterFinder punctuation() {
    return new CharacterFinder(
        c ->
            CharacterProperties.isIn(c, GeneralCategories.PUNCTUATION)
                || (c < 128 && ASCII_SYMBOLS.indexOf(c) >= 0));
  }

  @Override
  public void find(TextSegment segment, MatchList matches) {
    byte[] text = segment.bytes();
    int at = segment.from();
    while (at < segment.to()) {
      int character = Utf8.decode(text, at, segment.to());
      boolean valid = character != Utf8.INVALID;
      int end = at + (valid ? Utf8.bytes(character) : 1);
      if (kind.test(valid ? Utf8.codePoint(character) : REPLACEMENT)) {
        matches.match(at, end);
      }
      at = end;
    }
  }
}
