package dev.tessera.internal.normalizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Puts a text before every text that is not empty.
public final class Prepend implements TextNormalizer {
  private final byte[] prefix;

  /// @param prefix what is put there
  public Prepend(String prefix) {
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether it puts `text`.
  public boolean puts(String text) {
    return Arrays.equals(prefix, text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void apply(AlignedText text) {
    if (text.length() > 0) {
      text.put(prefix, 0, 0);
      text.copy(0, text.length());
      text.swap();
    }
  }
}
