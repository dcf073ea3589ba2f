package dev.tessera.text;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A text that is read as UTF-8 from its beginning to its end.
abstract class TextSource {
  /// Writes the next bytes to `target[from .. to)`, as many as fit, at least one where there is
  /// room for a few; 0 at the end.
  abstract int read(byte[] target, int from, int to);

  /// At most how many bytes are left.
  abstract long left();

  /// A string.
  static final class OfString extends TextSource {
    private final String text;
    private final Utf8 utf8;
    private int at;

    OfString(String text, Utf8 utf8) {
      this.text = text;
      this.utf8 = utf8;
    }

    @Override
    int read(byte[] target, int from, int to) {
      int end = (int) Math.min(text.length(), at + (long) (to - from) / Utf8.MOST_BYTES_A_CHAR);
      if (end < text.length() && end > at && Character.isHighSurrogate(text.charAt(end - 1))) {
        end--; // its other half comes with the next bytes
      }
      int written = utf8.encode(text, at, end, target, from) - from;
      at = end;
      return written;
    }

    @Override
    long left() {
      return (long) Utf8.MOST_BYTES_A_CHAR * (text.length() - at);
    }
  }

  /// Memory that holds UTF-8.
  static final class OfSegment extends TextSource {
    private final MemorySegment text;
    private long at;

    OfSegment(MemorySegment text) {
      this.text = text;
    }

    @Override
    int read(byte[] target, int from, int to) {
      int count = (int) Math.min(text.byteSize() - at, to - from);
      MemorySegment.copy(text, ValueLayout.JAVA_BYTE, at, target, from, count);
      at += count;
      return count;
    }

    @Override
    long left() {
      return text.byteSize() - at;
    }
  }
}
