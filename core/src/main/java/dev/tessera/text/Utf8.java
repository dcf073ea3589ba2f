package dev.tessera.text;

import java.util.Arrays;

/// Strings as UTF-8 and back to places in them. A surrogate without its other half becomes U+FFFD,
/// as in the reference implementations; `String.getBytes` would give `?`.
final class Utf8 {
  /// Characters that are looked at together.
  private static final int BLOCK = 4096;

  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

  private final char[] block = new char[BLOCK];

  /// The most bytes that a UTF-16 unit becomes.
  static final int MOST_BYTES_A_CHAR = 3;

  /// Writes `text[from .. to)` to `target`, where there is room for three bytes a character; a pair
  /// of surrogates is not split by `to` unless the text ends there.
  ///
  /// @return one past the last byte
  int encode(String text, int from, int to, byte[] target, int offset) {
    int out = offset;
    int at = from;
    while (at < to) {
      int end = Math.min(to, at + BLOCK);
      if (end < to && Character.isHighSurrogate(text.charAt(end - 1))) {
        end--;
        if (end == at) { // a block of its own, so that it meets its other half
          end = Math.min(to, at + 2);
        }
      }
      int count = end - at;
      text.getChars(at, end, block, 0);
      out = encodeBlock(count, target, out);
      at = end;
    }
    return out;
  }

  private int encodeBlock(int count, byte[] target, int offset) {
    char[] chars = block;
    int all = 0;
    for (int i = 0; i < count; i++) {
      all |= chars[i];
    }
    if (all < 0x80) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = (byte) chars[i];
      }
      return offset + count;
    }
    int out = offset;
    for (int i = 0; i < count; i++) {
      char c = chars[i];
      if (c < 0x80) {
        target[out++] = (byte) c;
      } else if (c < 0x800) {
        target[out] = (byte) (0xC0 | c >> 6);
        target[out + 1] = (byte) (0x80 | (c & 0x3F));
        out += 2;
      } else if (!Character.isSurrogate(c)) {
        target[out] = (byte) (0xE0 | c >> 12);
        target[out + 1] = (byte) (0x80 | (c >> 6 & 0x3F));
        target[out + 2] = (byte) (0x80 | (c & 0x3F));
        out += 3;
      } else if (i + 1 < count && Character.isSurrogatePair(c, chars[i + 1])) {
        int point = Character.toCodePoint(c, chars[++i]);
        target[out] = (byte) (0xF0 | point >> 18);
        target[out + 1] = (byte) (0x80 | (point >> 12 & 0x3F));
        target[out + 2] = (byte) (0x80 | (point >> 6 & 0x3F));
        target[out + 3] = (byte) (0x80 | (point & 0x3F));
        out += 4;
      } else {
        System.arraycopy(REPLACEMENT, 0, target, out, REPLACEMENT.length);
        out += 3;
      }
    }
    return out;
  }

  /// A text as UTF-8.
  static byte[] bytes(String text) {
    byte[] bytes = new byte[Math.multiplyExact(text.length(), MOST_BYTES_A_CHAR)];
    return Arrays.copyOf(bytes, new Utf8().encode(text, 0, text.length(), bytes, 0));
  }

  /// Whether a byte continues a character that an earlier one begins.
  static boolean continues(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /// How many UTF-16 units `text[from .. to)` has: of the characters that begin there.
  static long chars(byte[] text, int from, int to) {
    long chars = 0;
    for (int i = from; i < to; i++) {
      byte b = text[i];
      chars += (continues(b) ? 0 : 1) + ((b & 0xF8) == 0xF0 ? 1 : 0);
    }
    return chars;
  }
}
