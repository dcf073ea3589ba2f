package dev.tessera.text;

import dev.tessera.kernel.SplitPattern;
import java.util.List;

/// How a byte-level encoding is learned.
///
/// @param vocabularySize how many tokens to learn, special tokens and the 256 bytes included
/// @param pattern what cuts text into words
/// @param minimumFrequency how often a pair must occur to be merged; 0 as 1
/// @param specialTokens take the first ids, in this order; repeated ones count once
/// @param tokenLimitBytes 0, or a limit as `max_token_length` of Hugging Face's trainer is one: a
///   merged token is shorter, but two bytes may always be merged
public record BpeTrainerOptions(
    int vocabularySize,
    SplitPattern pattern,
    long minimumFrequency,
    List<String> specialTokens,
    int tokenLimitBytes) {
  /// The tokens that every byte-level vocabulary has: the bytes.
  public static final int BYTES = 256;

  /// Checks all numbers, and copies the list.
  public BpeTrainerOptions {
    specialTokens = specialTokens.stream().distinct().toList();
    if (minimumFrequency < 0) {
      throw new IllegalArgumentException(
          "a minimum frequency is 0 or more, not " + minimumFrequency);
    }
    if (tokenLimitBytes < 0) {
      throw new IllegalArgumentException(
          "a limit of token lengths is 0 (none) or more bytes, not " + tokenLimitBytes);
    }
    if (specialTokens.contains("")) {
      throw new IllegalArgumentException("a special token has at least 1 character");
    }
    if (vocabularySize < BYTES + specialTokens.size()) {
      throw new IllegalArgumentException(
          "a vocabulary of %d tokens does not hold %d bytes and %d special tokens"
              .formatted(vocabularySize, BYTES, specialTokens.size()));
    }
  }

  /// No special tokens, no minimum frequency, no limit of lengths.
  public static BpeTrainerOptions of(int vocabularySize, SplitPattern pattern) {
    return new BpeTrainerOptions(vocabularySize, pattern, 0, List.of(), 0);
  }

  /// These options with another minimum frequency.
  public BpeTrainerOptions withMinimumFrequency(long frequency) {
    return new BpeTrainerOptions(
        vocabularySize, pattern, frequency, specialTokens, tokenLimitBytes);
  }

  /// These options with other special tokens.
  public BpeTrainerOptions withSpecialTokens(List<String> tokens) {
    return new BpeTrainerOptions(
        vocabularySize, pattern, minimumFrequency, tokens, tokenLimitBytes);
  }

  /// These options with another limit of token lengths.
  public BpeTrainerOptions withTokenLimitBytes(int limit) {
    return new BpeTrainerOptions(vocabularySize, pattern, minimumFrequency, specialTokens, limit);
  }
}
