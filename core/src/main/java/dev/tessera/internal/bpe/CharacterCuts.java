package dev.tessera.internal.bpe;

import dev.tessera.internal.unicode.Utf8;
import dev.tessera.kernel.SplitKernel;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Cuts text between any two characters that stand beside each other in no token that a rule makes:
/// no merge can reach across. So text that no pattern cuts, as SentencePiece has it, still falls
/// into pieces, mostly words, that a cache can know. Immutable.
///
/// A character is known by its bytes, as they lie in a little-endian word. Pairs of ASCII
/// characters are kept in a table; all pairs in a filter by their hash, two bits of one word each:
/// where it errs a piece is only longer.
public final class CharacterCuts implements SplitKernel {
  private static final int FILTER_WORD_BITS = 14;
  private static final int FILTER_WORD_SHIFT = Long.SIZE - FILTER_WORD_BITS;
  private static final int ASCII = 128;
  private static final int ASCII_PAIR = 0x7F7F;
  private static final long UPPER_BITS = 0x8080808080808080L;

  /// No character stands before; the bytes of none.
  private static final int NOTHING = -1;

  private static final int ESCAPED_SPACE = bytes(CharacterSymbols.ESCAPED_SPACE);

  /// By the first byte of a character, in 32 bits each: which bits of its word are looked at, and
  /// what they must be, with its length in the lowest byte. Characters of four bytes, and bytes
  /// that begin none, fail.
  private static final long[] SHAPES = shapes();

  private static final int LENGTH_MASK = 7;

  private final long[] joined = new long[1 << FILTER_WORD_BITS];

  /// By two characters as they lie in a little-endian word: 1 where text is cut between them.
  private final byte[] asciiCuts = new byte[ASCII << Byte.SIZE];

  private final CharacterSymbols symbols;

  private final @Nullable LoneCharacters lone;

  /// What a byte that belongs to no character is taken as; [CharacterSymbols#NONE] if as a
  /// character of its own, which is joined with nothing.
  private final int malformed;

  /// Whether a character without a token stays with its neighbours: what it becomes may depend on
  /// them.
  private final boolean keepUnknown;

  /// @param tables the tokens and the rules that make them
  /// @param symbols what characters begin as
  public CharacterCuts(BpeTables tables, CharacterSymbols symbols) {
    this.symbols = symbols;
    int point = symbols.malformed();
    malformed = point == CharacterSymbols.NONE ? point : bytes(point);
    keepUnknown = !symbols.standsAlone();
    for (int second = 0; second < ASCII; second++) {
      for (int first = 0; first < ASCII; first++) {
        asciiCuts[first | second << Byte.SIZE] = 1;
      }
    }
    BitSet points = new BitSet();
    for (byte[] text : symbols.frozen().texts()) {
      join(text, 0, text.length, points);
    }
    for (int id : tables.merges().merged()) {
      join(tables.bytes(), tables.start(id), tables.ends()[id], points);
    }
    lone = keepUnknown ? null : new LoneCharacters(symbols, points);
  }

  /// The characters that stand alone, if that does not depend on their neighbours: [#split] may end
  /// before one that is not at the beginning.
  public @Nullable LoneCharacters lone() {
    return lone;
  }

  private static long[] shapes() {
    long[] shapes = new long[1 << Byte.SIZE];
    for (int first = 0; first < shapes.length; first++) {
      shapes[first] = shape(first);
    }
    return shapes;
  }

  private static long shape(int first) {
    if (first < 0x80) {
      return shape(0, 0, 1);
    }
    if (first < 0xC2 || first >= 0xF0) {
      return shape(0, 0x100, 1);
    }
    if (first < 0xE0) {
      return shape(0xC000, 0x8000, 2);
    }
    return switch (first) {
      case 0xE0 -> shape(0xC0E000, 0x80A000, 3); // the second at least A0: the shortest form
      case 0xED -> shape(0xC0E000, 0x808000, 3); // the second below A0: no surrogate
      default -> shape(0xC0C000, 0x808000, 3);
    };
  }

  private static long shape(int mask, int wanted, int length) {
    return (long) mask << Integer.SIZE | wanted | length;
  }

  /// The bytes of a character.
  private static int bytes(int codePoint) {
    byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    return bytes(utf8, 0, utf8.length);
  }

  private static int bytes(byte[] text, int at, int length) {
    return (int) Words.load(text, at, length);
  }

  /// Sees to it that `text[from .. to)` is not cut.
  ///
  /// @param joinedPoints gets the code points that stand beside another one there
  private void join(byte[] text, int from, int to, BitSet joinedPoints) {
    int before = NOTHING;
    int pointBefore = 0;
    for (int at = from; at < to; ) {
      int character = Utf8.decode(text, at, to);
      if (character == Utf8.INVALID) {
        before = NOTHING;
        at++;
        continue;
      }
      int bytes = bytes(text, at, Utf8.bytes(character));
      if (before != NOTHING) {
        joinedPoints.set(pointBefore);
        joinedPoints.set(Utf8.codePoint(character));
        join(before, bytes);
        if (symbols.spaced() && (before == ESCAPED_SPACE || bytes == ESCAPED_SPACE)) {
          joinedPoints.set(' ');
          join(unescaped(before), bytes);
          join(before, unescaped(bytes));
          join(unescaped(before), unescaped(bytes));
        }
      }
      before = bytes;
      pointBefore = Utf8.codePoint(character);
      at += Utf8.bytes(character);
    }
  }

  private static int unescaped(int bytes) {
    return bytes == ESCAPED_SPACE ? ' ' : bytes;
  }

  private void join(int first, int second) {
    if (isAscii(first) && isAscii(second)) {
      asciiCuts[first | second << Byte.SIZE] = 0;
    }
    HashFilter.add(joined, FILTER_WORD_SHIFT, hash(first, second));
  }

  private static boolean isAscii(int bytes) {
    return bytes >= 0 && bytes < ASCII;
  }

  private static long hash(int first, int second) {
    return ((long) first << Integer.SIZE | (second & 0xFFFFFFFFL)) * Words.HASH;
  }

  /// 1 where text is cut between two characters, or else 0.
  private static int cut(long[] filter, int first, int second) {
    return 1 - HashFilter.find(filter, FILTER_WORD_SHIFT, hash(first, second));
  }

  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    LoneCharacters alone = lone;
    if (alone == null) {
      return splitKnown(text, from, to, ends);
    }
    int lastWord = to - 2 * Long.BYTES; // a character that begins in it can be read as one
    int room = ends.length - Long.BYTES;
    int pieces = 0;
    int before = NOTHING;
    int at = from;
    while (at < to && pieces < ends.length) {
      if (at <= lastWord && pieces <= room && before != NOTHING) {
        long word = Words.load(text, at);
        long cut;
        if ((word & UPPER_BITS) == 0) {
          ends[pieces] = at;
          pieces += cut(joined, before, (int) word & 0x7F);
          cut = cutAscii(text, at, lastWord, ends, pieces);
        } else if (alone.is(text, at)) {
          ends[pieces++] = at;
          return pieces;
        } else {
          cut = cutCharacters(alone, text, at, lastWord, before, ends, pieces);
        }
        if ((int) cut > at) {
          pieces = (int) (cut >>> Integer.SIZE);
          at = (int) cut;
          before = characterBefore(text, at);
          continue;
        }
      }
      int character = Utf8.decode(text, at, to);
      int length = character == Utf8.INVALID ? 1 : Utf8.bytes(character);
      int bytes = character == Utf8.INVALID ? malformed(text[at]) : bytes(text, at, length);
      if (before != NOTHING) {
        ends[pieces] = at;
        pieces += cut(joined, before, bytes);
      }
      before = bytes;
      at += length;
    }
    if (pieces < ends.length) {
      ends[pieces++] = to;
    }
    return pieces;
  }

  /// The bytes of the character that ends at `at`.
  private static int characterBefore(byte[] text, int at) {
    int begin = at - 1;
    while ((text[begin] & 0xC0) == 0x80) {
      begin--;
    }
    return bytes(text, begin, at - begin);
  }

  /// Cuts ASCII characters from each other, eight and more, with one branch for eight; by hand, as
  /// C2 leaves a loop a loop, and as a method, in which it has registers enough: twice as fast.
  ///
  /// @return how many pieces there are, and in the lower half where the characters end
  private long cutAscii(byte[] text, int from, int lastWord, int[] ends, int pieces) {
    byte[] cuts = asciiCuts;
    int room = ends.length - Long.BYTES;
    int count = pieces;
    int at = from;
    long word = Words.load(text, at);
    while (true) {
      ends[count] = at + 1;
      count += cuts[(int) word & ASCII_PAIR];
      ends[count] = at + 2;
      count += cuts[(int) (word >>> 8) & ASCII_PAIR];
      ends[count] = at + 3;
      count += cuts[(int) (word >>> 16) & ASCII_PAIR];
      ends[count] = at + 4;
      count += cuts[(int) (word >>> 24) & ASCII_PAIR];
      ends[count] = at + 5;
      count += cuts[(int) (word >>> 32) & ASCII_PAIR];
      ends[count] = at + 6;
      count += cuts[(int) (word >>> 40) & ASCII_PAIR];
      ends[count] = at + 7;
      count += cuts[(int) (word >>> 48) & ASCII_PAIR];
      at += Long.BYTES;
      if (at > lastWord || count > room) {
        break;
      }
      int last = (int) (word >>> (Long.SIZE - Byte.SIZE));
      word = Words.load(text, at);
      if ((word & UPPER_BITS) != 0) {
        break;
      }
      ends[count] = at;
      count += cuts[last | ((int) word & 0x7F) << Byte.SIZE];
    }
    return (long) count << Integer.SIZE | at;
  }

  /// Cuts characters from each other, eight bytes and more, up to a lone one or where no more than
  /// ASCII is.
  ///
  /// @return as [#cutAscii]; where they end is `from` if not all of the first bytes are well-formed
  private long cutCharacters(
      LoneCharacters alone,
      byte[] text,
      int from,
      int lastWord,
      int before,
      int[] ends,
      int pieces) {
    long[] filter = joined;
    int room = ends.length - Long.BYTES;
    int count = pieces;
    int last = before;
    int next = from; // where the next character begins
    int at = from; // the next word: a character may reach into it
    while (at <= lastWord && count <= room) {
      long word = Words.load(text, at);
      boolean ascii = (word & UPPER_BITS) == 0;
      if (next > from && (ascii ? next == at : alone.is(text, next))) {
        break;
      }
      // all characters that begin within the word; whether they are well-formed is asked once
      long starts = ~(word & ~(word << 1)) & UPPER_BITS;
      int cut = count;
      int end = next;
      int bytesBefore = last;
      int wrong = 0;
      while (starts != 0) {
        int begin = at + (Long.numberOfTrailingZeros(starts) >>> 3);
        starts &= starts - 1;
        int bytes = (int) Words.INT.get(text, begin);
        long shape = SHAPES[bytes & 0xFF];
        int length = (int) shape & LENGTH_MASK;
        wrong |=
            (begin ^ end) | ((bytes & (int) (shape >>> Integer.SIZE)) ^ ((int) shape - length));
        bytes &= -1 >>> (Integer.SIZE - Byte.SIZE * length);
        ends[cut] = begin;
        cut += cut(filter, bytesBefore, bytes);
        bytesBefore = bytes;
        end = begin + length;
      }
      if (wrong != 0 || end == next) { // or none begins here
        break;
      }
      count = cut;
      last = bytesBefore;
      next = end;
      at += Long.BYTES;
    }
    return (long) count << Integer.SIZE | next;
  }

  /// The bytes of what a byte that belongs to no character is taken as.
  private int malformed(byte b) {
    return malformed == CharacterSymbols.NONE ? b & 0xFF : malformed;
  }

  /// As [#split], where a character without a token stays with its neighbours.
  private int splitKnown(byte[] text, int from, int to, int[] ends) {
    int pieces = 0;
    int before = NOTHING;
    boolean unknownBefore = false;
    for (int at = from; at < to; ) {
      int character = Utf8.decode(text, at, to);
      int length = character == Utf8.INVALID ? 1 : Utf8.bytes(character);
      int bytes = character == Utf8.INVALID ? malformed(text[at]) : bytes(text, at, length);
      boolean unknown = !symbols.hasSymbol(character);
      if (before != NOTHING && !unknown && !unknownBefore && cut(joined, before, bytes) > 0) {
        ends[pieces++] = at;
        if (pieces == ends.length) {
          return pieces;
        }
      }
      before = bytes;
      unknownBefore = unknown;
      at += length;
    }
    ends[pieces++] = to;
    return pieces;
  }
}
