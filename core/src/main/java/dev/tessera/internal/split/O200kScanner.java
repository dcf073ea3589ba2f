package dev.tessera.internal.split;

import static dev.tessera.internal.unicode.TextClass.HEAD;
import static dev.tessera.internal.unicode.TextClass.LETTER;
import static dev.tessera.internal.unicode.TextClass.LINE_BREAK;
import static dev.tessera.internal.unicode.TextClass.NUMBER;
import static dev.tessera.internal.unicode.TextClass.OTHER;
import static dev.tessera.internal.unicode.TextClass.TAIL;

import dev.tessera.internal.unicode.TextClass;

/// o200k: `word(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|
/// \s+(?!\S)|\s+`, where a word is `[^\r\n\p{L}\p{N}]?head*tail+` or else
/// `[^\r\n\p{L}\p{N}]?head+tail*`. A head is `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, a tail
/// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`.
public final class O200kScanner {
  private static final int DIGITS = 3;
  private static final int NONE = -1;

  private O200kScanner() {}

  /// Where the piece ends that begins at `at`.
  ///
  /// @param at less than `to`
  /// @param to where the text ends
  public static int end(byte[] text, int at, int to) {
    int first = TextClass.at(text, at, to);
    int next = at + TextClass.bytes(first);
    if ((first & NUMBER) != 0) {
      return Runs.end(text, next, to, NUMBER, DIGITS - 1);
    }
    int word = (first & LETTER) != 0 ? wordEnd(text, at, to) : prefixedWordEnd(text, at, to, first);
    if (word != NONE) {
      return withContraction(text, word, to);
    }
    int second = next < to ? TextClass.at(text, next, to) : 0;
    if ((first & OTHER) != 0 || (text[at] == ' ' && (second & OTHER) != 0)) {
      return lineBreaksAndSlashesEnd(text, Runs.end(text, next, to, OTHER), to);
    }
    return Runs.whiteSpaceEnd(text, at, to, true, false);
  }

  /// Where the word ends whose letters begin at `from`, or [#NONE] if none begins there.
  ///
  /// `head*tail+` takes all heads and then all tails. If no tail follows the heads, it goes back to
  /// the last head that may be a tail as well, and the word ends behind that. If there is none,
  /// `head+tail*` takes the heads.
  private static int wordEnd(byte[] text, int from, int to) {
    int at = from;
    int afterBoth = NONE;
    while (at < to) {
      int character = TextClass.at(text, at, to);
      if ((character & HEAD) == 0) {
        if ((character & TAIL) != 0) {
          return Runs.end(text, at, to, TAIL);
        }
        break;
      }
      at += TextClass.bytes(character);
      if ((character & TAIL) != 0) {
        afterBoth = at;
      }
    }
    if (afterBoth != NONE) {
      return afterBoth;
    }
    return at > from ? at : NONE;
  }

  /// Where the word ends that begins with something that is neither letter nor number: a prefix, or
  /// a mark, which can be either.
  private static int prefixedWordEnd(byte[] text, int at, int to, int first) {
    if ((first & LINE_BREAK) != 0) {
      return NONE;
    }
    if ((first & HEAD) != 0) {
      return wordEnd(text, at, to); // as a prefix a mark would lead to the same
    }
    int next = at + TextClass.bytes(first);
    return next < to ? wordEnd(text, next, to) : NONE;
  }

  private static int withContraction(byte[] text, int at, int to) {
    if (at < to && text[at] == '\'') {
      int end = Contraction.endIgnoringCase(text, at + 1, to);
      if (end != Contraction.NONE) {
        return end;
      }
    }
    return at;
  }

  private static int lineBreaksAndSlashesEnd(byte[] text, int from, int to) {
    int at = from;
    while (at < to && (text[at] == '\r' || text[at] == '\n' || text[at] == '/')) {
      at++;
    }
    return at;
  }
}
