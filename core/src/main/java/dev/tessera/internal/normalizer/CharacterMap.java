package dev.tessera.internal.normalizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The compiled rules of a SentencePiece normalizer: a double-array trie (as the Darts library
/// makes them) from UTF-8 to places in a pool of texts that each end with a zero byte. Immutable.
///
/// Every index is checked while reading, so that a file that lies leads to no match, not to an
/// error.
public final class CharacterMap {
  private static final int HEADER_BYTES = 4;
  private static final int LEAF = 1 << 31;

  private final int[] units;
  private final byte[] texts;

  private CharacterMap(int[] units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /// Reads the bytes of `precompiled_charsmap`.
  ///
  /// @throws IllegalArgumentException if the length in them is wrong
  public static CharacterMap of(byte[] blob) {
    if (blob.length < HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a character map has at least 4 bytes, this one has " + blob.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = Integer.toUnsignedLong(buffer.getInt());
    if (trieBytes > blob.length - HEADER_BYTES || trieBytes % Integer.BYTES != 0) {
      throw new IllegalArgumentException(
          "the trie of a character map has %d bytes, of %d"
              .formatted(trieBytes, blob.length - HEADER_BYTES));
    }
    int[] units = new int[(int) trieBytes / Integer.BYTES];
    buffer.asIntBuffer().get(units);
    return new CharacterMap(
        units, Arrays.copyOfRange(blob, HEADER_BYTES + (int) trieBytes, blob.length));
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  /// The longest, or the shortest, rule that `bytes[from .. to)` begins with.
  ///
  /// @param longest which of the two
  /// @return the length of what it replaces, in bytes, in the upper half, and the place of what it
  ///   leads to in the lower; 0 if there is none
  long find(byte[] bytes, int from, int to, boolean longest) {
    long found = 0;
    if (units.length == 0) {
      return found;
    }
    int node = offset(units[0]);
    for (int at = from; at < to; at++) {
      int label = bytes[at] & 0xFF;
      node ^= label;
      if (node < 0 || node >= units.length || (units[node] & (LEAF | 0xFF)) != label) {
        return found;
      }
      int unit = units[node];
      node ^= offset(unit);
      if (node < 0 || node >= units.length) {
        return found;
      }
      if ((unit >>> 8 & 1) != 0) {
        int text = units[node] & ~LEAF;
        if (text < texts.length) {
          found = (long) (at + 1 - from) << 32 | text;
          if (!longest) {
            return found;
          }
        }
      }
    }
    return found;
  }

  /// The pool of texts.
  byte[] texts() {
    return texts;
  }

  /// Where the text ends that begins at `start`.
  int textEnd(int start) {
    int end = start;
    while (end < texts.length && texts[end] != 0) {
      end++;
    }
    return end;
  }
}
