package dev.tessera.internal.split;

import static dev.tessera.internal.unicode.TextClass.LETTER;
import static dev.tessera.internal.unicode.TextClass.LINE_BREAK;
import static dev.tessera.internal.unicode.TextClass.NUMBER;
import static dev.tessera.internal.unicode.TextClass.OTHER;

import dev.tessera.internal.unicode.TextClass;

/// cl100k and what descends from it: `'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?\p{L}+|
/// \p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+$|\s*[\r\n]|\s+(?!\S)|\s`.
public final class Cl100kScanner {
  private Cl100kScanner() {}

  /// Where the piece ends that begins at `at`.
  ///
  /// @param at less than `to`
  /// @param to where the text ends
  /// @param digits the most numbers in a piece
  /// @param wholeAtEnd whether white space at the end of the text is one piece, `\s+$`
  public static int end(byte[] text, int at, int to, int digits, boolean wholeAtEnd) {
    int first = TextClass.at(text, at, to);
    int next = at + TextClass.bytes(first);
    if ((first & LETTER) != 0) {
      return Runs.end(text, next, to, LETTER);
    }
    if ((first & NUMBER) != 0) {
      return Runs.end(text, next, to, NUMBER, digits - 1);
    }
    if (text[at] == '\'') {
      int end = Contraction.endIgnoringCase(text, next, to);
      if (end != Contraction.NONE) {
        return end;
      }
    }
    int second = next < to ? TextClass.at(text, next, to) : 0;
    if ((second & LETTER) != 0 && (first & LINE_BREAK) == 0) {
      return Runs.end(text, next + TextClass.bytes(second), to, LETTER);
    }
    if ((first & OTHER) != 0 || (text[at] == ' ' && (second & OTHER) != 0)) {
      return Runs.end(text, Runs.end(text, next, to, OTHER), to, LINE_BREAK);
    }
    return Runs.whiteSpaceEnd(text, at, to, true, wholeAtEnd);
  }
}
