package dev.tessera.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Texts that are one piece, however long: what a tokenizer that is not O(n log n) chokes on.
final class WorstText {
  private static final int FIRST_HAN = 0x4E00;
  private static final int LAST_HAN = 0x9FA5;

  private WorstText() {}

  /// A text of about this length.
  ///
  /// @param letters `a`, `space`, `newline`, `random` (letters a to z) or `han`
  static byte[] of(String letters, int bytes, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(bytes);
    int width = letters.equals("han") ? 3 : 1;
    for (int at = 0; at < bytes; at += width) {
      text.append(
          switch (letters) {
            case "a" -> 'a';
            case "space" -> ' ';
            case "newline" -> '\n';
            case "random" -> (char) ('a' + random.nextInt(26));
            case "han" -> (char) (FIRST_HAN + random.nextInt(LAST_HAN - FIRST_HAN));
            default -> throw new IllegalArgumentException("no such text: " + letters);
          });
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
