package dev.tessera.internal.split;

import static dev.tessera.internal.unicode.TextClass.LINE_BREAK;
import static dev.tessera.internal.unicode.TextClass.SPACE;

import dev.tessera.internal.unicode.TextClass;

/// Runs of characters of one kind.
final class Runs {
  private Runs() {}

  /// Where the run of characters that are of one of `classes` ends: `[classes]*`.
  static int end(byte[] text, int from, int to, int classes) {
    int at = from;
    while (at < to) {
      int character = TextClass.at(text, at, to);
      if ((character & classes) == 0) {
        break;
      }
      at += TextClass.bytes(character);
    }
    return at;
  }

  /// Where the run ends, of at most `most` characters: `[classes]{0,most}`.
  static int end(byte[] text, int from, int to, int classes, int most) {
    int at = from;
    for (int i = 0; i < most && at < to; i++) {
      int character = TextClass.at(text, at, to);
      if ((character & classes) == 0) {
        break;
      }
      at += TextClass.bytes(character);
    }
    return at;
  }

  /// Where a piece of white space ends that begins at `from` with white space.
  ///
  /// The run of white space is cut behind its last line break, and else before its last character,
  /// which may begin the next piece: `\s*[\r\n]+|\s+(?!\S)|\s+`.
  ///
  /// @param atLineBreaks whether line breaks count: without them `\s+(?!\S)|\s+`
  /// @param wholeAtEnd whether a run at the end of the text is one piece before anything else:
  ///   `\s+$`
  static int whiteSpaceEnd(
      byte[] text, int from, int to, boolean atLineBreaks, boolean wholeAtEnd) {
    int afterBreak = -1;
    int last = from;
    int at = from;
    while (at < to) {
      int character = TextClass.at(text, at, to);
      if ((character & SPACE) == 0) {
        break;
      }
      last = at;
      at += TextClass.bytes(character);
      if (atLineBreaks && (character & LINE_BREAK) != 0) {
        afterBreak = at;
      }
    }
    if (at == to && (wholeAtEnd || afterBreak < 0)) {
      return to;
    }
    if (afterBreak >= 0) {
      return afterBreak;
    }
    return last > from ? last : at;
  }
}
