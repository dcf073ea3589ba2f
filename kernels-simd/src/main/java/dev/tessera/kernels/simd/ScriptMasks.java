package dev.tessera.kernels.simd;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Whole scripts in a window of UTF-8, found by ranges of their bytes: each mask has the first
/// bytes of the characters that are surely of that kind. What is in none of them is looked up one
/// by one, which takes 2 to 5 ns a character. For one thread.
///
/// No vector is handed to a method: where C2 has put so many of them together that it leaves one
/// out, it makes an object of the vector.
final class ScriptMasks {
  private static final VectorSpecies<Byte> SPECIES = TextWindow.SPECIES;
  private static final int LANES = SPECIES.length();

  /// Letters without case: Hebrew and Arabic in two bytes; Han, kana and Hangul in three.
  long caseless;

  /// Letters of case, whichever: Latin with accents, Greek, Cyrillic.
  long cased;

  /// Those of [#cased] that are surely upper case.
  long upper;

  /// Those of [#cased] that are surely lower case.
  long lower;

  /// Neither letters, marks, numbers nor white space: punctuation of Chinese and Japanese,
  /// quotation marks and dashes.
  long others;

  void clear() {
    caseless = 0;
    cased = 0;
    upper = 0;
    lower = 0;
    others = 0;
  }

  /// Finds characters of two bytes.
  void readTwoBytes(byte[] text, int at) {
    long latin = 0; // C3: U+00C0 to U+00FF
    long latinExtended = 0; // C4 to CA: U+0100 to U+02AF and modifiers
    long greekFirst = 0; // CE
    long greekSecond = 0; // CF
    long cyrillicFirst = 0; // D0: U+0400 to U+043F
    long cyrillicSecond = 0; // D1: U+0440 to U+047F
    long hebrew = 0; // D7
    long arabicFirst = 0; // D8
    long arabicSecond = 0; // D9
    long arabicThird = 0; // DA: U+0680 to U+06BF
    long arabicFourth = 0; // DB
    for (int lane = 0; lane < TextWindow.BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane);
      latin |= bytes.eq((byte) 0xC3).toLong() << lane;
      latinExtended |=
          bytes.sub((byte) 0xC4).compare(VectorOperators.ULT, (byte) 7).toLong() << lane;
      greekFirst |= bytes.eq((byte) 0xCE).toLong() << lane;
      greekSecond |= bytes.eq((byte) 0xCF).toLong() << lane;
      cyrillicFirst |= bytes.eq((byte) 0xD0).toLong() << lane;
      cyrillicSecond |= bytes.eq((byte) 0xD1).toLong() << lane;
      hebrew |= bytes.eq((byte) 0xD7).toLong() << lane;
      arabicFirst |= bytes.eq((byte) 0xD8).toLong() << lane;
      arabicSecond |= bytes.eq((byte) 0xD9).toLong() << lane;
      arabicThird |= bytes.eq((byte) 0xDA).toLong() << lane;
      arabicFourth |= bytes.eq((byte) 0xDB).toLong() << lane;
    }
    if ((latin | latinExtended) != 0) {
      readLatin(text, at, latin, latinExtended);
    }
    if ((greekFirst | greekSecond) != 0) {
      readGreek(text, at, greekFirst, greekSecond);
    }
    if ((cyrillicFirst | cyrillicSecond) != 0) {
      readCyrillic(text, at, cyrillicFirst, cyrillicSecond);
    }
    if ((hebrew | arabicFirst | arabicSecond | arabicThird | arabicFourth) != 0) {
      long letters = hebrew & second(text, at, 0x90, 0xAA);
      letters |= arabicFirst & second(text, at, 0xA0, 0xBF);
      letters |= arabicSecond & second(text, at, 0x80, 0x8A);
      letters |= arabicThird & second(text, at, 0x80, 0xBF);
      letters |= arabicFourth & second(text, at, 0x80, 0x93);
      caseless |= letters;
    }
  }

  private void readLatin(byte[] text, int at, long latin, long extended) {
    long signs = second(text, at, 0x97, 0x97) | second(text, at, 0xB7, 0xB7); // U+00D7, U+00F7
    long letters = latin & second(text, at, 0x80, 0xBF) & ~signs;
    long small = letters & second(text, at, 0x9F, 0xBF);
    lower |= small;
    upper |= letters & ~small;
    cased |= letters | (extended & second(text, at, 0x80, 0xBF));
  }

  private void readGreek(byte[] text, int at, long first, long second) {
    long capitals = first & second(text, at, 0x91, 0xA9) & ~second(text, at, 0xA2, 0xA2);
    long small = (first & second(text, at, 0xAC, 0xBF)) | (second & second(text, at, 0x80, 0x8E));
    upper |= capitals;
    lower |= small;
    cased |= capitals | small;
  }

  private void readCyrillic(byte[] text, int at, long first, long second) {
    long capitals = first & second(text, at, 0x80, 0xAF);
    long small = (first & second(text, at, 0xB0, 0xBF)) | (second & second(text, at, 0x80, 0x9F));
    upper |= capitals;
    lower |= small;
    cased |= capitals | small | (second & second(text, at, 0xA0, 0xBF));
  }

  /// Finds characters of three bytes.
  void readThreeBytes(byte[] text, int at) {
    long dashes = 0; // E2 80
    long kana = 0; // E3: U+3000 to U+3FFF
    long hanFirst = 0; // E4: U+4000 to U+4FFF
    long han = 0; // E5 to E9: U+5000 to U+9FFF
    long hangulFirst = 0; // EA: U+A000 to U+AFFF
    long hangul = 0; // EB and EC: U+B000 to U+CFFF
    long hangulLast = 0; // ED: U+D000 to U+D7FF
    long fullWidth = 0; // EF BC
    for (int lane = 0; lane < TextWindow.BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane);
      dashes |= bytes.eq((byte) 0xE2).toLong() << lane;
      kana |= bytes.eq((byte) 0xE3).toLong() << lane;
      hanFirst |= bytes.eq((byte) 0xE4).toLong() << lane;
      han |= bytes.sub((byte) 0xE5).compare(VectorOperators.ULT, (byte) 5).toLong() << lane;
      hangulFirst |= bytes.eq((byte) 0xEA).toLong() << lane;
      hangul |= bytes.sub((byte) 0xEB).compare(VectorOperators.ULT, (byte) 2).toLong() << lane;
      hangulLast |= bytes.eq((byte) 0xED).toLong() << lane;
      fullWidth |= bytes.eq((byte) 0xEF).toLong() << lane;
    }
    long letters = 0;
    if ((hanFirst | han) != 0) {
      long hexagrams = second(text, at, 0xB7, 0xB7); // U+4DC0 to U+4DFF
      letters |= han | (hanFirst & ~hexagrams);
    }
    if (kana != 0) {
      letters |= kana & kanaOrHan(text, at);
      others |= kana & second(text, at, 0x80, 0x80) & cjkPunctuation(text, at);
    }
    if ((hangulFirst | hangul | hangulLast) != 0) {
      letters |= hangul;
      letters |= hangulFirst & second(text, at, 0xB0, 0xBF);
      letters |= hangulLast & second(text, at, 0x80, 0x9D);
    }
    if (dashes != 0) { // U+2010 to U+2027
      others |= dashes & second(text, at, 0x80, 0x80) & third(text, at, 0x90, 0xA7);
    }
    if (fullWidth != 0) { // U+FF01 to U+FF0F, U+FF1A to U+FF20
      long punctuation = third(text, at, 0x81, 0x8F) | third(text, at, 0x9A, 0xA0);
      others |= fullWidth & second(text, at, 0xBC, 0xBC) & punctuation;
    }
    caseless |= letters;
  }

  /// After E3: U+3041 to U+3096, U+30A1 to U+30FA, U+30FC to U+30FF, U+3400 to U+3FFF.
  private static long kanaOrHan(byte[] text, int at) {
    long hiragana = second(text, at, 0x81, 0x81) & third(text, at, 0x81, 0xBF);
    long between =
        second(text, at, 0x82, 0x82) & (third(text, at, 0x80, 0x96) | third(text, at, 0xA1, 0xBF));
    long katakana = second(text, at, 0x83, 0x83) & ~third(text, at, 0xBB, 0xBB);
    return hiragana | between | katakana | second(text, at, 0x90, 0xBF);
  }

  /// After E3 80: U+3001 to U+3003, U+3008 to U+3011.
  private static long cjkPunctuation(byte[] text, int at) {
    return third(text, at, 0x81, 0x83) | third(text, at, 0x88, 0x91);
  }

  /// Where the next byte is within a range.
  private static long second(byte[] text, int at, int first, int last) {
    return within(text, at, first, last) >>> 1;
  }

  /// Where the byte after the next is within a range.
  private static long third(byte[] text, int at, int first, int last) {
    return within(text, at, first, last) >>> 2;
  }

  private static long within(byte[] text, int at, int first, int last) {
    long within = 0;
    for (int lane = 0; lane < TextWindow.BYTES; lane += LANES) {
      ByteVector bytes = ByteVector.fromArray(SPECIES, text, at + lane).sub((byte) first);
      within |= bytes.compare(VectorOperators.ULT, (byte) (last - first + 1)).toLong() << lane;
    }
    return within;
  }
}
