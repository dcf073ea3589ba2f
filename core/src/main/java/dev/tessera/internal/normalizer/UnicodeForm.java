package dev.tessera.internal.normalizer;

import dev.tessera.internal.unicode.Utf8;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// Brings text into one of Unicode's normal forms.
///
/// What a part of the result stands for is known for a character with the marks behind it, not
/// within.
///
/// @param form the normal form
public record UnicodeForm(Normalizer.Form form) implements TextNormalizer {
  private static final int JUNGSEONG = 0x1160;
  private static final int JONGSEONG_END = 0x1200;

  @Override
  public void apply(AlignedText text) {
    if (text.isAscii()) {
      return;
    }
    boolean changed = false;
    for (int at = 0; at < text.length(); ) {
      int end = validEnd(text.bytes(), at, text.length());
      if (end == at) {
        text.copy(at, at + 1);
        at++;
        continue;
      }
      changed |= normalize(text, at, end);
      at = end;
    }
    if (changed) {
      text.swap();
    } else {
      text.truncate(0);
    }
  }

  /// Where the valid UTF-8 ends that begins at `from`.
  static int validEnd(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int character = Utf8.decode(bytes, at, to);
      if (character == Utf8.INVALID) {
        return at;
      }
      at += Utf8.bytes(character);
    }
    return at;
  }

  /// Puts valid UTF-8 in the normal form.
  ///
  /// @return whether that differs
  private boolean normalize(AlignedText text, int from, int to) {
    String original = new String(text.bytes(), from, to - from, StandardCharsets.UTF_8);
    if (Normalizer.isNormalized(original, form)) {
      text.copy(from, to);
      return false;
    }
    String whole = Normalizer.normalize(original, form);
    if (text.isTracking() && putParts(text, from, to, whole)) {
      return true;
    }
    text.put(whole.getBytes(StandardCharsets.UTF_8), from, to);
    return true;
  }

  /// Puts the result part by part, each a character and the marks behind it.
  ///
  /// @return whether the parts make the whole; if not, nothing is put
  private boolean putParts(AlignedText text, int from, int to, String whole) {
    int before = text.written();
    StringBuilder joined = new StringBuilder();
    for (int at = from; at < to; ) {
      int end = at + Utf8.bytes(Utf8.decode(text.bytes(), at, to));
      while (end < to && continues(Utf8.codePoint(Utf8.decode(text.bytes(), end, to)))) {
        end += Utf8.bytes(Utf8.decode(text.bytes(), end, to));
      }
      String part = new String(text.bytes(), at, end - at, StandardCharsets.UTF_8);
      String normalized = Normalizer.normalize(part, form);
      joined.append(normalized);
      if (normalized.equals(part)) {
        text.copy(at, end);
      } else {
        text.put(normalized.getBytes(StandardCharsets.UTF_8), at, end);
      }
      at = end;
    }
    if (joined.toString().contentEquals(whole)) {
      return true;
    }
    text.truncate(before);
    return false;
  }

  private static boolean continues(int point) {
    int type = Character.getType(point);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || (point >= JUNGSEONG && point < JONGSEONG_END);
  }
}
