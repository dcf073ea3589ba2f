package dev.tessera.internal.bpe;

import dev.tessera.internal.unicode.Utf8;
import dev.tessera.kernel.SplitKernel;

/// Cuts text between any two characters that stand beside each other in no token that a rule makes:
/// no merge can reach across. So text that no pattern cuts, as SentencePiece has it, still falls
/// into pieces, mostly words, that a cache can know. Immutable.
///
/// Pairs are kept in a bit table by their hash; two pairs that share a bit only make a piece
/// longer.
public final class CharacterCuts implements SplitKernel {
  private static final long HASH = 0x9E3779B97F4A7C15L;
  private static final int TABLE_BITS = 21;
  private static final int ASCII = 128;

  private final long[] joined = new long[1 << TABLE_BITS >> 6];
  private final long[] asciiJoined = new long[(ASCII * ASCII) >> 6];
  private final CharacterSymbols symbols;

  /// Whether a character without a token belongs to its neighbours.
  private final boolean keepUnknown;

  /// @param symbols what characters begin as
  public CharacterCuts(CharacterSymbols symbols) {
    this.symbols = symbols;
    keepUnknown = !symbols.standsAlone();
    for (byte[] text : symbols.frozen().texts()) {
      join(text, 0, text.length);
    }
  }

  /// Sees to it that `text[from .. to)`, valid UTF-8, is not cut. To be called before any cutting.
  public void join(byte[] text, int from, int to) {
    int before = -1;
    for (int at = from; at < to; ) {
      int character = Utf8.decode(text, at, to);
      if (character == Utf8.INVALID) {
        before = -1;
        at++;
        continue;
      }
      int point = Utf8.codePoint(character);
      if (before >= 0) {
        if (before < ASCII && point < ASCII) {
          asciiJoined[(before << 7 | point) >> 6] |= 1L << (before << 7 | point);
        } else {
          int bit = bit(before, point);
          joined[bit >> 6] |= 1L << bit;
        }
      }
      before = point;
      at += Utf8.bytes(character);
    }
  }

  private static int bit(int first, int second) {
    return (int) (((((long) first << 21) | second) * HASH) >>> (Long.SIZE - TABLE_BITS));
  }

  private boolean isJoined(int first, int second) {
    if ((first | second) < ASCII) {
      return (asciiJoined[(first << 7 | second) >> 6] >>> (first << 7 | second) & 1) != 0;
    }
    int bit = bit(first, second);
    return (joined[bit >> 6] >>> bit & 1) != 0;
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    int at = from;
    int before = -1;
    boolean unknownBefore = false;
    while (at < to) {
      int point = text[at];
      int length = 1;
      boolean unknown = false;
      if (point < 0 || keepUnknown) {
        int character = Utf8.decode(text, at, to);
        if (character == Utf8.INVALID) {
          point = Character.MAX_CODE_POINT + 1 + (text[at] & 0xFF);
        } else {
          point = Utf8.codePoint(character);
          length = Utf8.bytes(character);
        }
        unknown = keepUnknown && symbols.isUnknown(character, text, at);
      }
      if (before >= 0 && !isJoined(before, point) && !unknown && !unknownBefore) {
        ends[pieces++] = at;
        if (pieces == ends.length) {
          return pieces;
        }
      }
      before = point;
      unknownBefore = unknown;
      at += length;
    }
    ends[pieces++] = to;
    return pieces;
  }
}
