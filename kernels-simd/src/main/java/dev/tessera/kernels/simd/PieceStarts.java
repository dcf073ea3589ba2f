package dev.tessera.kernels.simd;

import dev.tessera.internal.split.Contraction;

/// Where pieces begin in a [TextWindow], as a mask, by shifts and additions. The window begins
/// where a piece does, so nothing before it matters. What cannot be told before more of the text is
/// seen is left out, with all behind it: the last bit of a mask is always a beginning, or there is
/// none.
final class PieceStarts {
  private PieceStarts() {}

  static long gpt2(TextWindow window, byte[] text, int at, int to) {
    long spaces = window.spaces;
    long letters = window.letters;
    long numbers = window.numbers;
    long others = window.known & ~(letters | numbers | spaces);
    long afterBlank = window.blanks << 1;
    long starts =
        (runStarts(letters) & ~afterBlank)
            | (runStarts(numbers) & ~afterBlank)
            | (runStarts(others) & ~afterBlank)
            | runStarts(spaces)
            | beforeOtherThanSpace(window, spaces);
    long quotes = window.apostrophes & runStarts(others) & ~afterBlank & letters >>> 1;
    while (quotes != 0) {
      int quote = Long.numberOfTrailingZeros(quotes);
      quotes &= quotes - 1;
      int end = Contraction.end(text, at + quote + 1, to) - at;
      if (end > quote) {
        starts = (starts & ~(2L << quote)) | (bitBelow64(end) & letters);
      }
    }
    return starts & decided(window);
  }

  /// cl100k and what descends from it.
  ///
  /// @param digits the most numbers in a piece, 1 or 3
  static long cl100k(TextWindow window, byte[] text, int at, int to, int digits) {
    long spaces = window.spaces;
    long letters = window.letters;
    long numbers = window.numbers;
    long others = window.known & ~(letters | numbers | spaces);
    long inLine = spaces & ~window.breaks;
    long otherStarts = runStarts(others) & ~(window.blanks << 1);
    long prefixed = inLine << 1 | after(otherStarts, window.continuations);
    long absorbedFirst = others << 1 & window.breaks;
    long absorbed = window.breaks & ~(window.breaks + absorbedFirst);
    long starts =
        (runStarts(letters) & ~prefixed)
            | otherStarts
            | (digits == 1 ? numbers & ~window.continuations : groupsOfThree(window, numbers))
            | spaceStarts(window, inLine, absorbed);
    long quotes = window.apostrophes & otherStarts & letters >>> 1;
    while (quotes != 0) {
      int quote = Long.numberOfTrailingZeros(quotes);
      quotes &= quotes - 1;
      int end = Contraction.endIgnoringCase(text, at + quote + 1, to) - at;
      if (end > quote) {
        starts |= bitBelow64(end) & letters;
      }
    }
    return starts & decided(window);
  }

  static long o200k(TextWindow window, byte[] text, int at, int to) {
    long spaces = window.spaces;
    long numbers = window.numbers;
    long upper = window.heads & ~window.tails;
    long lower = window.tails & ~window.heads;
    long either = window.heads & window.tails;
    long word = window.heads | window.tails;
    long marks = word & ~window.letters;
    long inLine = spaces & ~window.breaks;
    long others = window.known & ~(word | numbers | spaces);
    long absorbed = followed(others << 1 & window.breaks, window.breaks | window.slashes);
    others &= ~absorbed;

    // A contraction belongs to the word before it, and its letters to no other word.
    long quotes = window.apostrophes & others & word << 1;
    int lastEnd = -1;
    while (quotes != 0) {
      int quote = Long.numberOfTrailingZeros(quotes);
      quotes &= quotes - 1;
      int end = Contraction.endIgnoringCase(text, at + quote + 1, to) - at;
      if (end > quote && quote != lastEnd) {
        lastEnd = end;
        long suffix = -1L << quote & ~(end < TextWindow.BYTES ? -1L << end : 0);
        others &= ~suffix;
        word &= ~suffix;
        upper &= ~suffix;
        lower &= ~suffix;
        either &= ~suffix;
      }
    }

    long otherStarts = runStarts(others) & ~(window.blanks << 1);
    long afterFirstOther = after(otherStarts, window.continuations);
    long afterLower = lower << 1 & ~lower;
    long afterTail = ((either + (afterLower & either)) & ~either) | (afterLower & ~either);
    long starts =
        (runStarts(word) & ~((inLine << 1) | afterFirstOther))
            | (afterTail & upper)
            | otherStarts
            | groupsOfThree(window, numbers)
            | spaceStarts(window, inLine, absorbed);
    long decided = decided(window);

    // A word that has no tail ends behind its last character that could be one.
    long upperAfterEither = either << 1 & upper;
    while (upperAfterEither != 0) {
      int start = Long.numberOfTrailingZeros(upperAfterEither);
      upperAfterEither &= upperAfterEither - 1;
      long afterRun = after(upper, start);
      if ((afterRun & window.known) == 0) {
        decided &= (1L << start) - 1;
      } else if ((afterRun & word) == 0) {
        starts |= 1L << start;
      }
    }

    // Marks are among what such a run takes along; rare enough to be left to the scanner.
    long markAfterOthers = marks & others << 1 & ~afterFirstOther;
    if (markAfterOthers != 0) {
      decided &= Long.lowestOneBit(markAfterOthers) - 1;
    }
    return starts & decided;
  }

  private static long runStarts(long run) {
    return run & ~(run << 1);
  }

  /// The positions behind the characters that begin at `starts`.
  private static long after(long starts, long continuations) {
    long second = starts << 1;
    return ((continuations + (second & continuations)) & ~continuations)
        | (second & ~continuations);
  }

  /// The position behind the run of `run` that holds position `start`; none if that is position 64.
  private static long after(long run, int start) {
    int length = Long.numberOfTrailingZeros(~(run >>> start));
    return bitBelow64(start + length);
  }

  private static long bitBelow64(int position) {
    return position < TextWindow.BYTES ? 1L << position : 0;
  }

  /// All of `run` from `firsts` on, to the end of each run.
  private static long followed(long firsts, long run) {
    return (((firsts & run) + run ^ run) | firsts) & run;
  }

  private static long groupsOfThree(TextWindow window, long numbers) {
    long group = runStarts(numbers);
    long starts = group;
    while (group != 0) {
      group = after(group, window.continuations) & numbers;
      group = after(group, window.continuations) & numbers;
      group = after(group, window.continuations) & numbers;
      starts |= group;
    }
    return starts;
  }

  /// Where white space begins pieces: each run that is not absorbed, behind its last line break,
  /// and at its last character if that is no line break.
  private static long spaceStarts(TextWindow window, long inLine, long absorbed) {
    long afterBreak = (window.breaks & ~absorbed) << 1 & inLine;
    long beforeBreak = (inLine + afterBreak) & ~inLine & window.breaks;
    while (beforeBreak != 0) { // a blank line with spaces in it: the break before is not the last
      long position = Long.lowestOneBit(beforeBreak);
      beforeBreak &= beforeBreak - 1;
      afterBreak &= ~Long.highestOneBit(afterBreak & position - 1);
    }
    return runStarts(window.spaces & ~absorbed) | afterBreak | beforeOtherThanSpace(window, inLine);
  }

  /// The characters of `candidates`, white space, that no white space follows.
  private static long beforeOtherThanSpace(TextWindow window, long candidates) {
    long starts = candidates & ~window.beyondAscii & ~(window.spaces >>> 1);
    long longer = candidates & window.beyondAscii & ~window.continuations;
    if (longer != 0) {
      long ofTwo = longer & ~(window.continuations >>> 2);
      starts |= (ofTwo & ~(window.spaces >>> 2)) | (longer & ~ofTwo & ~(window.spaces >>> 3));
    }
    return starts;
  }

  /// All positions but those behind the beginning of white space that the window cuts off.
  private static long decided(TextWindow window) {
    int end = Long.bitCount(window.known);
    if (end == 0) {
      return 0;
    }
    long aligned = window.spaces << (TextWindow.BYTES - end);
    int start = end - Long.numberOfLeadingZeros(~aligned);
    return start >= TextWindow.BYTES - 1 ? -1L : (2L << start) - 1;
  }
}
