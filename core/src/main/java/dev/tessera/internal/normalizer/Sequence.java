package dev.tessera.internal.normalizer;

import java.util.List;

/// Several normalizers, one after the other.
///
/// @param steps in order
public record Sequence(List<TextNormalizer> steps) implements TextNormalizer {
  @Override
  public void apply(AlignedText text) {
    for (TextNormalizer step : steps) {
      step.apply(text);
    }
  }
}
