package dev.tessera.kernels.simd;

import dev.tessera.internal.unicode.TextClass;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Which bytes of a window of 64 are of which class: masks in which bit `i` is byte `i`. All bytes
/// of a character have its bits. For one thread.
final class TextWindow {
  /// Bytes of a window.
  static final int BYTES = 64;

  static final VectorSpecies<Byte> SPECIES =
      ByteVector.SPECIES_PREFERRED.length() > BYTES
          ? ByteVector.SPECIES_512
          : ByteVector.SPECIES_PREFERRED;

  private static final int LANES = SPECIES.length();

  private final ScriptMasks scripts = new ScriptMasks();

  /// `\p{L}`.
  long letters;

  /// `\p{N}`.
  long numbers;

  /// `\s`.
  long spaces;

  /// `[\r\n]`.
  long breaks;

  /// U+0020.
  long blanks;

  long apostrophes;
  long slashes;

  /// What may begin a word of o200k, and what may go on: [TextClass#HEAD], [TextClass#TAIL].
  long heads;

  long tails;

  /// All bytes of a character but the first.
  long continuations;

  /// All bytes but ASCII.
  long beyondAscii;

  /// All bytes that are classified: those before a character that is not whole or not valid.
  long known;

  /// Classifies `text[at .. at + 64)`.
  ///
  /// @param cased whether [#heads], [#tails] and [#slashes] are wanted
  void read(byte[] text, int at, boolean cased) {
    readAscii(text, at);
    if (cased) {
      readCase(text, at);
    }
    known = -1;
    continuations = 0;
    if (beyondAscii != 0) {
      readBeyondAscii(text, at, cased);
    }
  }

  private void readAscii(byte[] text, int at) {
    long letters = 0;
    long numbers = 0;
    long controls = 0;
    long blanks = 0;
    long breaks = 0;
    long apostrophes = 0;
    long beyondAscii = 0;
    for (int lane = 0; lane < BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane);
      ByteVector lowerCase = bytes.or((byte) 0x20);
      letters |= lowerCase.sub((byte) 'a').compare(VectorOperators.ULT, (byte) 26).toLong() << lane;
      numbers |= bytes.sub((byte) '0').compare(VectorOperators.ULT, (byte) 10).toLong() << lane;
      controls |= bytes.sub((byte) '\t').compare(VectorOperators.ULT, (byte) 5).toLong() << lane;
      blanks |= bytes.eq((byte) ' ').toLong() << lane;
      breaks |= (bytes.eq((byte) '\n').toLong() | bytes.eq((byte) '\r').toLong()) << lane;
      apostrophes |= bytes.eq((byte) '\'').toLong() << lane;
      beyondAscii |= bytes.compare(VectorOperators.LT, 0).toLong() << lane;
    }
    this.letters = letters;
    this.numbers = numbers;
    this.spaces = controls | blanks;
    this.blanks = blanks;
    this.breaks = breaks;
    this.apostrophes = apostrophes;
    this.beyondAscii = beyondAscii;
  }

  private void readCase(byte[] text, int at) {
    long upper = 0;
    long slashes = 0;
    for (int lane = 0; lane < BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane);
      upper |= bytes.sub((byte) 'A').compare(VectorOperators.ULT, (byte) 26).toLong() << lane;
      slashes |= bytes.eq((byte) '/').toLong() << lane;
    }
    heads = upper;
    tails = letters & ~upper;
    this.slashes = slashes;
  }

  private void readBeyondAscii(byte[] text, int at, boolean cased) {
    long continuations = 0;
    long ofThree = 0;
    for (int lane = 0; lane < BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane);
      continuations |= bytes.compare(VectorOperators.LT, (byte) 0xC0).toLong() << lane;
      ofThree |=
          bytes.sub((byte) '\u00E0').compare(VectorOperators.ULT, (byte) 16).toLong() << lane;
    }
    this.continuations = continuations;
    long firsts = beyondAscii & ~continuations;
    long seen = ~beyondAscii | readScripts(text, at, cased, firsts, ofThree);
    firsts &= ~seen;
    while (firsts != 0) {
      int first = Long.numberOfTrailingZeros(firsts);
      firsts &= firsts - 1;
      int character = TextClass.at(text, at + first, at + BYTES);
      int length = TextClass.bytes(character);
      if (length == 1) {
        break; // not valid, or not whole
      }
      long bits = ((1L << length) - 1) << first;
      seen |= bits;
      letters |= bits & -(long) (character & TextClass.LETTER);
      numbers |= bits & -(long) (character / TextClass.NUMBER & 1);
      spaces |= bits & -(long) (character / TextClass.SPACE & 1);
      heads |= bits & -(long) (character / TextClass.HEAD & 1);
      tails |= bits & -(long) (character / TextClass.TAIL & 1);
    }
    limit(Long.numberOfTrailingZeros(~seen));
  }

  /// Classifies what ranges of bytes tell, and returns all bytes of these characters.
  private long readScripts(byte[] text, int at, boolean cased, long firsts, long ofThree) {
    ScriptMasks scripts = this.scripts;
    scripts.clear();
    long ofTwo = firsts & ~ofThree;
    if (ofTwo != 0) {
      scripts.readTwoBytes(text, at);
    }
    if (ofThree != 0) {
      scripts.readThreeBytes(text, at);
    }
    long wholeTwo = ofTwo & continuations >>> 1;
    long whole = wholeTwo | (ofThree & (continuations >>> 1) & (continuations >>> 2));
    long caseless = whole & scripts.caseless;
    long upper = whole & scripts.upper;
    long lower = whole & scripts.lower;
    long found = caseless | (whole & (cased ? upper | lower : scripts.cased));
    letters |= allBytes(found, ofThree);
    if (cased) {
      long both = allBytes(caseless, ofThree);
      heads |= both | allBytes(upper, ofThree);
      tails |= both | allBytes(lower, ofThree);
    }
    return allBytes(found | (whole & scripts.others), ofThree);
  }

  private static long allBytes(long firsts, long ofThree) {
    return firsts | firsts << 1 | (firsts & ofThree) << 2;
  }

  /// Forgets all from byte `end` on.
  private void limit(int end) {
    if (end == BYTES) {
      return;
    }
    known = (1L << end) - 1;
    letters &= known;
    numbers &= known;
    spaces &= known;
    blanks &= known;
    breaks &= known;
    apostrophes &= known;
    slashes &= known;
    heads &= known;
    tails &= known;
    continuations &= known;
    beyondAscii &= known;
  }

  /// How many bytes are classified.
  int knownBytes() {
    return Long.bitCount(known);
  }

  /// The bytes that may stand anywhere in a word: letters, or for o200k those without case.
  long wordBytes(boolean cased) {
    return cased ? heads & tails : letters;
  }

  /// The bytes that may follow a word of o200k within the same piece.
  long endsNoWord() {
    return heads | tails | apostrophes;
  }

  /// Whether all that is classified is one word, but for the first character.
  boolean holdsOneWord(boolean cased) {
    long word = wordBytes(cased);
    long first = 1 | (continuations + 2 & ~continuations) - 1;
    return (known & ~word & ~first) == 0 && (word & known & ~(known >>> 1)) != 0;
  }
}
