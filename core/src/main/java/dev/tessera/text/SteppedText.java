package dev.tessera.text;

import dev.tessera.internal.unicode.Utf8;

/// A segment for `java.util.regex` to read, which counts how often it does: that is the measure of
/// its work. Bytes that are not valid UTF-8 read as U+FFFD. For one matcher.
final class SteppedText implements CharSequence {
  /// Reads for each character that a pattern has: those published need 2 to 12.
  private static final long STEPS_PER_CHARACTER = 200;

  /// Reads that any text has, however short.
  private static final long STEPS_AT_LEAST = 1_000_000;

  private final String regex;
  private final TextSegment segment;
  private final char[] characters;
  private final int length;
  private final long budget;
  private long left;
  private int cursorCharacter;
  private int cursorByte;

  SteppedText(String regex, TextSegment segment) {
    this.regex = regex;
    this.segment = segment;
    characters = new char[segment.to() - segment.from()];
    int count = 0;
    for (int at = segment.from(); at < segment.to(); ) {
      int character = Utf8.decode(segment.bytes(), at, segment.to());
      if (character == Utf8.INVALID) {
        characters[count++] = '\uFFFD';
        at++;
      } else {
        count += Character.toChars(Utf8.codePoint(character), characters, count);
        at += Utf8.bytes(character);
      }
    }
    length = count;
    budget = STEPS_AT_LEAST + STEPS_PER_CHARACTER * length;
    left = budget;
    cursorByte = segment.from();
  }

  /// Where in the segment's bytes the character `index` begins; ascending from call to call.
  int byteAt(int index) {
    while (cursorCharacter < index) {
      int character = Utf8.decode(segment.bytes(), cursorByte, segment.to());
      boolean valid = character != Utf8.INVALID;
      cursorByte += valid ? Utf8.bytes(character) : 1;
      cursorCharacter += valid ? Character.charCount(Utf8.codePoint(character)) : 1;
    }
    return cursorByte;
  }

  @Override
  public char charAt(int index) {
    if (--left < 0) {
      throw new PatternBudgetException(
          ("the pattern `%s` has taken %,d steps over a text of %,d characters, which is the most"
                  + " that it may: it backtracks without end; possessive quantifiers prevent that")
              .formatted(regex, budget, length));
    }
    return characters[index];
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return new String(characters, start, end - start);
  }

  @Override
  public String toString() {
    return new String(characters, 0, length);
  }
}
