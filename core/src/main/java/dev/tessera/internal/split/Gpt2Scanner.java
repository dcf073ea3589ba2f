package dev.tessera.internal.split;

import static dev.tessera.internal.unicode.TextClass.LETTER;
import static dev.tessera.internal.unicode.TextClass.NUMBER;
import static dev.tessera.internal.unicode.TextClass.OTHER;
import static dev.tessera.internal.unicode.TextClass.SPACE;

import dev.tessera.internal.unicode.TextClass;

/// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+$|\s+(?!\S)|\s`.
public final class Gpt2Scanner {
  private Gpt2Scanner() {}

  /// Where the piece ends that begins at `at`.
  ///
  /// @param at less than `to`
  /// @param to where the text ends
  public static int end(byte[] text, int at, int to) {
    if (text[at] == '\'') {
      int end = Contraction.end(text, at + 1, to);
      if (end != Contraction.NONE) {
        return end;
      }
    }
    int first = TextClass.at(text, at, to);
    int next = at + TextClass.bytes(first);
    if (text[at] == ' ' && next < to) {
      first = TextClass.at(text, next, to);
      next += TextClass.bytes(first);
    }
    int kind = first & (LETTER | NUMBER | OTHER | SPACE);
    return kind == SPACE
        ? Runs.whiteSpaceEnd(text, at, to, false, true)
        : Runs.end(text, next, to, kind);
  }
}
