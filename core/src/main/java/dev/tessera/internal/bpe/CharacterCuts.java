package dev.tessera.internal.bpe;

import dev.tessera.internal.unicode.Utf8;
import dev.tessera.kernel.SplitKernel;

/// Cuts text between any two characters that stand beside each other in no token that a rule makes:
/// no merge can reach across. So text that no pattern cuts, as SentencePiece has it, still falls
/// into pieces, mostly words, that a cache can know. Immutable.
///
/// Pairs of ASCII characters are kept in a table of bytes, others in a filter by their hash, two
/// bits of one word each; where it errs a piece is only longer.
public final class CharacterCuts implements SplitKernel {
  private static final long HASH = 0x9E3779B97F4A7C15L;
  private static final int FILTER_WORD_BITS = 14;
  private static final int FILTER_WORD_SHIFT = Long.SIZE - FILTER_WORD_BITS;
  private static final int FIRST_BIT_SHIFT = FILTER_WORD_SHIFT - 6;
  private static final int SECOND_BIT_SHIFT = FIRST_BIT_SHIFT - 6;
  private static final int ASCII = 128;
  private static final long BEYOND_ASCII = 0x8080808080808080L;

  // which bits of a little-endian word say that a character of two or three bytes begins it
  private static final int TWO_MASK = 0xC0E0;
  private static final int TWO = 0x80C0;
  private static final int THREE_MASK = 0xC0C0F0;
  private static final int THREE = 0x8080E0;

  /// No character stands before.
  private static final int NOTHING = -1;

  private final long[] joined = new long[1 << FILTER_WORD_BITS];

  /// By two characters as they lie in a little-endian word: 1 where text is cut between them.
  private final byte[] asciiCuts = new byte[ASCII << Byte.SIZE];

  private final CharacterSymbols symbols;

  /// What a byte that belongs to no character is taken as; [CharacterSymbols#NONE] if as a
  /// character of its own, which is joined with nothing.
  private final int malformed;

  /// Whether a character without a token stays with its neighbours: what it becomes may depend on
  /// them.
  private final boolean keepUnknown;

  /// @param symbols what characters begin as
  public CharacterCuts(CharacterSymbols symbols) {
    this.symbols = symbols;
    malformed = symbols.malformed();
    keepUnknown = !symbols.standsAlone();
    for (int second = 0; second < ASCII; second++) {
      for (int first = 0; first < ASCII; first++) {
        asciiCuts[first | second << Byte.SIZE] = 1;
      }
    }
    for (byte[] text : symbols.frozen().texts()) {
      join(text, 0, text.length);
    }
  }

  /// Sees to it that `text[from .. to)`, valid UTF-8, is not cut. To be called before any cutting.
  public void join(byte[] text, int from, int to) {
    int before = NOTHING;
    for (int at = from; at < to; ) {
      int character = Utf8.decode(text, at, to);
      if (character == Utf8.INVALID) {
        before = NOTHING;
        at++;
        continue;
      }
      int point = Utf8.codePoint(character);
      if (before >= 0) {
        boolean spaceBefore = symbols.spaced() && before == CharacterSymbols.ESCAPED_SPACE;
        boolean space = symbols.spaced() && point == CharacterSymbols.ESCAPED_SPACE;
        join(before, point);
        join(spaceBefore ? ' ' : before, point);
        join(before, space ? ' ' : point);
        join(spaceBefore ? ' ' : before, space ? ' ' : point);
      }
      before = point;
      at += Utf8.bytes(character);
    }
  }

  private void join(int first, int second) {
    if ((first | second) < ASCII) {
      asciiCuts[first | second << Byte.SIZE] = 0;
    } else {
      long hash = hash(first, second);
      joined[(int) (hash >>> FILTER_WORD_SHIFT)] |=
          1L << (hash >>> FIRST_BIT_SHIFT) | 1L << (hash >>> SECOND_BIT_SHIFT);
    }
  }

  private static long hash(int first, int second) {
    return ((long) first << 21 | second) * HASH;
  }

  /// 1 where text is cut between two characters, or else 0.
  private int cut(int first, int second) {
    if ((first | second) < ASCII) {
      return asciiCuts[first | second << Byte.SIZE];
    }
    long hash = hash(first, second);
    long word = joined[(int) (hash >>> FILTER_WORD_SHIFT)];
    long bits = word >>> (hash >>> FIRST_BIT_SHIFT) & word >>> (hash >>> SECOND_BIT_SHIFT);
    return (int) ~bits & 1;
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    if (keepUnknown) {
      return splitKnown(text, from, to, ends);
    }
    int pieces = 0;
    int before = NOTHING;
    int at = from;
    while (at < to && pieces < ends.length) {
      int point = Utf8.INVALID;
      int length = 0;
      if (at + Long.BYTES <= to && pieces + Long.BYTES <= ends.length) {
        long word = Words.load(text, at);
        if ((word & BEYOND_ASCII) == 0) {
          if (before >= 0) {
            ends[pieces] = at;
            pieces += cut(before, (int) word & (ASCII - 1));
          }
          pieces = cutAscii(word, at, ends, pieces);
          before = (int) (word >>> (Long.SIZE - Byte.SIZE));
          at += Long.BYTES;
          continue;
        }
        int bytes = (int) word;
        if ((bytes & THREE_MASK) == THREE) {
          point = (bytes & 0xF) << 12 | (bytes >>> 2 & 0xFC0) | (bytes >>> 16 & 0x3F);
          length = point >= 0x800 && (point & 0xF800) != Character.MIN_SURROGATE ? 3 : 0;
        } else if ((bytes & TWO_MASK) == TWO) {
          point = (bytes & 0x1F) << 6 | (bytes >>> 8 & 0x3F);
          length = point >= ASCII ? 2 : 0;
        }
      }
      if (length == 0) {
        int character = Utf8.decode(text, at, to);
        boolean whole = character != Utf8.INVALID;
        point = whole ? Utf8.codePoint(character) : malformed(text[at]);
        length = whole ? Utf8.bytes(character) : 1;
      }
      if (before >= 0) {
        ends[pieces] = at;
        pieces += cut(before, point);
      }
      before = point;
      at += length;
    }
    if (pieces < ends.length) {
      ends[pieces++] = to;
    }
    return pieces;
  }

  /// Cuts eight characters from each other, without a branch.
  private int cutAscii(long word, int at, int[] ends, int pieces) {
    int count = pieces;
    for (int i = 1; i < Long.BYTES; i++) {
      ends[count] = at + i;
      count += asciiCuts[(int) (word >>> (Byte.SIZE * (i - 1))) & 0x7F7F];
    }
    return count;
  }

  private int malformed(int b) {
    return malformed == CharacterSymbols.NONE
        ? Character.MAX_CODE_POINT + 1 + (b & 0xFF)
        : malformed;
  }

  /// As [#split], where a character without a token stays with its neighbours.
  private int splitKnown(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    int before = NOTHING;
    boolean unknownBefore = false;
    for (int at = from; at < to; ) {
      int character = Utf8.decode(text, at, to);
      boolean isMalformed = character == Utf8.INVALID;
      int point = isMalformed ? malformed(text[at]) : Utf8.codePoint(character);
      boolean unknown = !symbols.hasSymbol(character);
      if (before >= 0 && !unknown && !unknownBefore && cut(before, point) > 0) {
        ends[pieces++] = at;
        if (pieces == ends.length) {
          return pieces;
        }
      }
      before = point;
      unknownBefore = unknown;
      at += isMalformed ? 1 : Utf8.bytes(character);
    }
    ends[pieces++] = to;
    return pieces;
  }
}
