package dev.tessera.internal.normalizer;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A [CharacterMap] as Hugging Face's tokenizers apply it: to what a reader takes for a character,
/// where that has less than 6 bytes, else to each code point; the shortest rule that it begins with
/// replaces all of it.
///
/// @param map the rules
public record Precompiled(CharacterMap map) implements TextNormalizer {
  private static final Pattern GRAPHEME = Pattern.compile("\\X", Pattern.DOTALL);
  private static final int LONGEST_GRAPHEME_BYTES = 5;

  @Override
  public void apply(AlignedText text) {
    for (int at = 0; at < text.length(); ) {
      int end = UnicodeForm.validEnd(text.bytes(), at, text.length());
      if (end == at) {
        text.copy(at, at + 1);
        at++;
        continue;
      }
      applyTo(text, at, end);
      at = end;
    }
    text.swap();
  }

  private void applyTo(AlignedText text, int from, int to) {
    String valid = new String(text.bytes(), from, to - from, StandardCharsets.UTF_8);
    Matcher graphemes = GRAPHEME.matcher(valid);
    int at = from;
    while (graphemes.find()) {
      int end = at + bytes(valid, graphemes.start(), graphemes.end());
      if (end - at > LONGEST_GRAPHEME_BYTES || !put(text, at, end)) {
        while (at < end) {
          int next = at + 1;
          while (next < end && (text.bytes()[next] & 0xC0) == 0x80) {
            next++;
          }
          if (!put(text, at, next)) {
            text.copy(at, next);
          }
          at = next;
        }
      }
      at = end;
    }
  }

  private static int bytes(String text, int from, int to) {
    int bytes = 0;
    for (int i = from; i < to; ) {
      int point = text.codePointAt(i);
      bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      i += Character.charCount(point);
    }
    return bytes;
  }

  private boolean put(AlignedText text, int from, int to) {
    long found = map.find(text.bytes(), from, to, false);
    if (found == 0) {
      return false;
    }
    int start = (int) found;
    text.put(map.texts(), start, map.textEnd(start), from, to);
    return true;
  }
}
