package dev.tessera.internal.normalizer;

/// Changes text, step by step. Immutable and thread-safe; the text is the caller's.
///
/// Bytes that are not valid UTF-8 stay as they are, unless a normalizer says otherwise.
@FunctionalInterface
public interface TextNormalizer {
  /// Changes `text` in place.
  void apply(AlignedText text);
}
