package dev.tessera.internal.bpe;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/// Characters of one and of three bytes that stand beside another one in no token: the ids of each
/// are always the same. Immutable.
public final class LoneCharacters {
  /// Bytes of those that are not ASCII.
  private static final int BYTES = 3;

  /// What stands for all that is no such character.
  private static final int NONE = -1;

  /// What stands for one that is not ASCII and whose ids are those of its bytes.
  private static final int BY_BYTES = -2;

  // which bits of a little-endian word say that three bytes are a character
  private static final int MASK = 0xC0C0F0;
  private static final int WANTED = 0x8080E0;

  private static final int ASCII = 0x80;
  private static final int FIRST = 0x800;
  private static final int POINTS = 1 << Character.SIZE;

  /// By code point; [#NONE] for those whose UTF-8 would be no valid one.
  private final int[] ids = new int[POINTS];

  /// `[128]`, not part of the above, which overlong forms lead to.
  private final int[] asciiIds = new int[ASCII];

  /// `[128]`, what ASCII characters become by themselves.
  private final int[] own = new int[ASCII];

  private final int[] byteIds;

  /// @param symbols what characters begin as, each by itself
  /// @param joined the code points that stand beside another one in a token
  LoneCharacters(CharacterSymbols symbols, BitSet joined) {
    byteIds = Objects.requireNonNull(symbols.byteTokens(), "the tokens of bytes");
    Arrays.fill(ids, NONE);
    for (int point = 0; point < ASCII; point++) {
      own[point] = symbols.hasToken(point) ? symbols.of(point) : byteIds[point];
      asciiIds[point] = joined.get(point) ? NONE : own[point];
    }
    for (int point = FIRST; point < POINTS; point++) {
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      if (!surrogate && !joined.get(point)) {
        ids[point] = symbols.hasToken(point) ? symbols.of(point) : BY_BYTES;
      }
    }
  }

  /// Whether such a character begins at `at`, where four bytes must be.
  boolean is(byte[] text, int at) {
    int word = (int) Words.INT.get(text, at);
    int first = word & 0xFF;
    return first < ASCII
        ? asciiIds[first] != NONE
        : (word & MASK) == WANTED && ids[point(word)] != NONE;
  }

  private static int point(int word) {
    return (word & 0xF) << 12 | (word >>> 2 & 0xFC0) | (word >>> 16 & 0x3F);
  }

  /// Writes the ids of those that stand at `from`, and of ASCII characters that stand singly
  /// between them.
  ///
  /// @param to where the text ends; the last one may be left out
  /// @param written must have room for an id a byte
  /// @return how many ids there are, and in the lower half where the last one's character ends
  public long encode(byte[] text, int from, int to, int[] written, int offset) {
    int[] threes = ids;
    int[] ascii = asciiIds;
    int last = Math.min(to - BYTES, text.length - Integer.BYTES);
    int count = offset;
    int at = from;
    while (at <= last) {
      int word = (int) Words.INT.get(text, at);
      if ((word & MASK) == WANTED) {
        int id = threes[point(word)];
        if (id >= 0) {
          written[count++] = id;
        } else if (id == BY_BYTES) {
          written[count] = byteIds[word & 0xFF];
          written[count + 1] = byteIds[word >>> 8 & 0xFF];
          written[count + 2] = byteIds[word >>> 16 & 0xFF];
          count += BYTES;
        } else {
          break;
        }
        at += BYTES;
      } else {
        int first = word & 0xFF;
        if (first >= ASCII) {
          break;
        }
        int id = ascii[first];
        if (id < 0) {
          if (at == from || at == last || !is(text, at + 1)) {
            break;
          }
          id = own[first];
        }
        written[count++] = id;
        at++;
      }
    }
    return (long) (count - offset) << Integer.SIZE | at;
  }
}
