package dev.tessera.adapters.springai;

import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.SpecialTokens;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.content.MediaContent;
import org.springframework.ai.tokenizer.TokenCountEstimator;

/// A [BpeTokenizer] as Spring AI's `TokenCountEstimator`.
///
/// The count of a text is exact; special tokens are counted as text. Of a content its text is
/// counted; what pictures and sound cost depends on the model, and media are an error here.
/// Thread-safe. The tokenizer is the caller's to close.
public final class TesseraTokenCountEstimator implements TokenCountEstimator {
  private final BpeTokenizer tokenizer;

  /// An estimator by this tokenizer.
  public TesseraTokenCountEstimator(BpeTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  @Override
  public int estimate(@Nullable String text) {
    return text == null ? 0 : Math.toIntExact(tokenizer.count(text, SpecialTokens.AS_TEXT));
  }

  /// @throws IllegalArgumentException if the content has media; says how many
  @Override
  public int estimate(MediaContent content) {
    if (content.getMedia() != null && !content.getMedia().isEmpty()) {
      throw new IllegalArgumentException(
          "the content has %d media, whose tokens depend on the model"
              .formatted(content.getMedia().size()));
    }
    return estimate(content.getText());
  }

  @Override
  public int estimate(Iterable<MediaContent> contents) {
    int tokens = 0;
    for (MediaContent content : contents) {
      tokens = Math.addExact(tokens, estimate(content));
    }
    return tokens;
  }
}
