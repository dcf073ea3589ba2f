package dev.tessera.sequence;

/// What an id of a [UnifiedVocabulary] means.
public sealed interface VocabularyToken {
  /// A code of one of the ranges, as the codes of an image or the tokens of text are.
  ///
  /// @param range the name of the range
  /// @param code counted from 0 in that range
  record Code(String range, int code) implements VocabularyToken {
    @Override
    public String toString() {
      return "code " + code + " of " + range;
    }
  }

  /// A token with a name and a meaning of its own, as the beginning of an image is.
  record Special(String name) implements VocabularyToken {
    @Override
    public String toString() {
      return name;
    }
  }
}
