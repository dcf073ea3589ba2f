package dev.tessera.text;

import dev.tessera.internal.normalizer.AlignedText;
import dev.tessera.internal.normalizer.TextNormalizer;
import java.util.Arrays;

/// Puts a text before every text that does not begin with it.
final class MissingPrefix implements TextNormalizer {
  private final byte[] prefix;

  MissingPrefix(String prefix) {
    this.prefix = Utf8.bytes(prefix);
  }

  @Override
  public void apply(AlignedText text) {
    boolean there =
        text.length() >= prefix.length
            && Arrays.equals(text.bytes(), 0, prefix.length, prefix, 0, prefix.length);
    if (!there) {
      text.put(prefix, 0, 0);
      text.copy(0, text.length());
      text.swap();
    }
  }
}
