package dev.tessera.internal.normalizer;

import java.nio.charset.StandardCharsets;

/// Characters as UTF-8.
final class CharacterText {
  private CharacterText() {}

  static byte[] utf8(int codePoint) {
    return Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
  }
}
