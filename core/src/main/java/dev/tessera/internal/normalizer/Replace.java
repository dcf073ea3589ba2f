package dev.tessera.internal.normalizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Puts one text in the place of another, wherever that stands.
public final class Replace implements TextNormalizer {
  private final byte[] pattern;
  private final byte[] content;

  /// @param pattern what is looked for, not empty
  /// @param content what is put there
  public Replace(String pattern, String content) {
    this.pattern = pattern.getBytes(StandardCharsets.UTF_8);
    this.content = content.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether it puts `text` in the place of `other`.
  public boolean puts(String text, String other) {
    return Arrays.equals(content, text.getBytes(StandardCharsets.UTF_8))
        && Arrays.equals(pattern, other.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void apply(AlignedText text) {
    byte[] bytes = text.bytes();
    int copied = 0;
    int last = text.length() - pattern.length;
    for (int at = 0; at <= last; ) {
      if (bytes[at] == pattern[0]
          && Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
        text.copy(copied, at);
        text.put(content, at, at + pattern.length);
        at += pattern.length;
        copied = at;
      } else {
        at++;
      }
    }
    text.copy(copied, text.length());
    text.swap();
  }
}
