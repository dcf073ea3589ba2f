package dev.tessera.internal.bpe;

/// Seams between characters that no token lies across: no rule joins what is on both sides, so each
/// side is merged as if it stood alone. Immutable.
///
/// Chinese and Japanese need no spaces, so a piece of theirs is a whole clause, seldom seen twice;
/// cut at its seams it becomes words, which a cache knows. cl100k, of whose tokens few have two
/// such characters, has a seam at nearly every character.
///
/// A token that lies across a seam has the whole character on either side or only part of it. The
/// former are kept as pairs in a bit filter, whose errors are on the safe side; of the latter a
/// character is marked that stands beside part of another, and for part beside part the two bytes
/// at the seam.
final class CharacterSeams {
  private static final int FILTER_BITS = 20;
  private static final int CHARACTERS = 1 << 16;
  private static final byte BEFORE_PART = 1;
  private static final byte AFTER_PART = 2;

  /// What [#character] gives for bytes that are no character.
  private static final int MALFORMED = -1;

  private final long[] pairs = new long[1 << (FILTER_BITS - 6)];

  /// Marks by the lower 16 bits of the code point.
  private final byte[] marks = new byte[CHARACTERS];

  /// By the bytes before and after the seam, a bit each.
  private final long[] parts = new long[CHARACTERS / 64];

  CharacterSeams(BpeTables tables) {
    byte[] bytes = tables.bytes();
    for (int id = 0; id < tables.ends().length; id++) {
      int start = tables.start(id);
      int end = tables.ends()[id];
      for (int at = start + 1; at < end; at++) {
        if (!continues(bytes[at])) {
          mark(bytes, start, at, end);
        }
      }
    }
  }

  private void mark(byte[] bytes, int start, int at, int end) {
    int first = at - 1;
    while (first > start && continues(bytes[first])) {
      first--;
    }
    int left = first + length(bytes[first]) == at ? character(bytes, first, at) : MALFORMED;
    int right = character(bytes, at, end);
    if (left >= 0 && right >= 0) {
      int hash = hash(left, right);
      pairs[hash >>> 6] |= 1L << hash;
    } else if (left >= 0) {
      marks[left & (CHARACTERS - 1)] |= BEFORE_PART;
    } else if (right >= 0) {
      marks[right & (CHARACTERS - 1)] |= AFTER_PART;
    } else {
      int both = (bytes[at - 1] & 0xFF) << 8 | (bytes[at] & 0xFF);
      parts[both >>> 6] |= 1L << both;
    }
  }

  private static boolean continues(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /// How many bytes a character has that begins with `b`.
  private static int length(byte b) {
    return b >= 0 ? 1 : b < (byte) 0xE0 ? 2 : b < (byte) 0xF0 ? 3 : 4;
  }

  private static int hash(int left, int right) {
    return ((left * 0x9E3779B1 + right) * 0x85EBCA6B) >>> (32 - FILTER_BITS);
  }

  /// The character at `at` as its bits, or [#MALFORMED] where its bytes are not those of one.
  private static int character(byte[] text, int at, int end) {
    int first = text[at];
    if (first >= 0) {
      return first;
    }
    int length = length((byte) first);
    if (continues((byte) first) || at + length > end) {
      return MALFORMED;
    }
    int bits = first & 0x7F >> length;
    for (int i = 1; i < length; i++) {
      if (!continues(text[at + i])) {
        return MALFORMED;
      }
      bits = bits << 6 | (text[at + i] & 0x3F);
    }
    return bits;
  }

  /// Finds the seams within `text[from .. to)`.
  ///
  /// @param ends written with where parts end, the last one at `to`; long enough for a part a byte
  /// @return how many parts there are
  int cut(byte[] text, int from, int to, int[] ends) {
    int count = 0;
    int left = character(text, from, to);
    int at = from;
    while (left >= 0) {
      at += length(text[at]);
      if (at >= to) {
        break;
      }
      int right = character(text, at, to);
      if (right < 0) {
        break;
      }
      int hash = hash(left, right);
      int both = (text[at - 1] & 0xFF) << 8 | (text[at] & 0xFF);
      long across =
          pairs[hash >>> 6] >>> hash
              | parts[both >>> 6] >>> both
              | (marks[left & (CHARACTERS - 1)] & BEFORE_PART)
              | marks[right & (CHARACTERS - 1)] >>> 1;
      ends[count] = at;
      count += (int) (~across & 1);
      left = right;
    }
    ends[count] = to;
    return count + 1;
  }

  /// Memory held, in bytes.
  long bytes() {
    return 8L * (pairs.length + parts.length) + marks.length;
  }
}
