package dev.tessera.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A part of a text between two steps of a pre-tokenizer: `bytes[from .. to)`.
///
/// @param source `[bytes.length + 1]`, where in the text each byte stems from; null if `bytes` is
///   the text
@SuppressWarnings("ArrayRecordComponent") // passed on, compared by nobody
record TextSegment(byte[] bytes, int from, int to, int @Nullable [] source) {
  TextSegment part(int partFrom, int partTo) {
    return new TextSegment(bytes, partFrom, partTo, source);
  }

  int sourceOf(int at) {
    return source == null ? at : source[at];
  }

  boolean startsWith(byte[] prefix) {
    if (to - from < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[from + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /// The same with `prefix` in front, which stems from nowhere.
  TextSegment prepend(byte[] prefix) {
    byte[] longer = new byte[prefix.length + to - from];
    int[] longerSource = new int[longer.length + 1];
    System.arraycopy(prefix, 0, longer, 0, prefix.length);
    System.arraycopy(bytes, from, longer, prefix.length, to - from);
    for (int i = 0; i <= longer.length; i++) {
      longerSource[i] = sourceOf(from + Math.max(0, i - prefix.length));
    }
    return new TextSegment(longer, 0, longer.length, longerSource);
  }

  /// The same with `replacement` for each byte of ASCII that is `replaced`.
  TextSegment replace(char replaced, byte[] replacement) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += bytes[i] == replaced ? 1 : 0;
    }
    byte[] changed = new byte[Math.addExact(to - from, count * (replacement.length - 1))];
    int[] changedSource = new int[changed.length + 1];
    int at = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == replaced) {
        for (byte value : replacement) {
          changedSource[at] = sourceOf(i);
          changed[at++] = value;
        }
      } else {
        changedSource[at] = sourceOf(i);
        changed[at++] = bytes[i];
      }
    }
    changedSource[at] = sourceOf(to);
    return new TextSegment(changed, 0, changed.length, changedSource);
  }

  @Override
  public String toString() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
