package dev.tessera.internal.bpe;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;

/// Characters of one and of three bytes that stand beside another one in no token: the ids of each
/// are always the same. Immutable.
public final class LoneCharacters {
  /// Bytes of those that are not ASCII.
  public static final int BYTES = 3;

  /// Bytes that are read of one, more than it has.
  public static final int READ_BYTES = Integer.BYTES;

  /// What [#id] gives for all that is no such character.
  public static final int NONE = -1;

  /// What [#id] gives for one that is not ASCII and whose ids are those of its bytes.
  public static final int BY_BYTES = -2;

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

  /// The id of the character that begins at `at`, where four bytes must be; or [#BY_BYTES], or
  /// [#NONE].
  public int id(byte[] text, int at) {
    int word = (int) Words.INT.get(text, at);
    int point = (word & 0xF) << 12 | (word >>> 2 & 0xFC0) | (word >>> 16 & 0x3F);
    int first = word & 0xFF;
    return first < ASCII ? asciiIds[first] : (word & MASK) == WANTED ? ids[point] : NONE;
  }

  /// The id of an ASCII character that stands between others of these, whether it is one or not.
  public int ownId(byte ascii) {
    return own[ascii];
  }

  /// The id of a byte.
  public int byteId(byte b) {
    return byteIds[b & 0xFF];
  }
}
