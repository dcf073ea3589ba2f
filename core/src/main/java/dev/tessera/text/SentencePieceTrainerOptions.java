package dev.tessera.text;

/// How a SentencePiece-style vocabulary is learned. Names in parentheses are those of `spm_train`'s
/// flags.
///
/// @param vocabularySize how many pieces to learn, in all (`vocab_size`)
/// @param characterCoverage which share of the text's characters gets pieces of its own; the rest
///   falls back to bytes; within 0.98 and 1 (`character_coverage`)
/// @param longestPiece the most characters of a piece, 1 to 512 (`max_sentencepiece_length`)
/// @param splitDigits whether each digit stays a piece of its own (`split_digits`)
/// @param splitScripts whether a piece keeps to one script, kana and Han being one
///   (`split_by_unicode_script`)
/// @param whitespacePieces whether runs of spaces become pieces (`allow_whitespace_only_pieces`)
/// @param removeExtraWhitespace whether spaces at both ends and all but one of a run are dropped
///   (`remove_extra_whitespaces`)
/// @param dummyPrefix whether a space is put before each line (`add_dummy_prefix`)
/// @param longestLineBytes lines with more bytes are left out (`max_sentence_length`)
public record SentencePieceTrainerOptions(
    int vocabularySize,
    double characterCoverage,
    int longestPiece,
    boolean splitDigits,
    boolean splitScripts,
    boolean whitespacePieces,
    boolean removeExtraWhitespace,
    boolean dummyPrefix,
    int longestLineBytes) {
  /// Checks all numbers.
  public SentencePieceTrainerOptions {
    if (vocabularySize <= SentencePieceTrainer.META_PIECES) {
      throw new IllegalArgumentException(
          "a vocabulary with byte fallback has more than %d pieces, not %d"
              .formatted(SentencePieceTrainer.META_PIECES, vocabularySize));
    }
    if (!(characterCoverage >= 0.98 && characterCoverage <= 1)) {
      throw new IllegalArgumentException(
          "a character coverage is within 0.98 and 1, not " + characterCoverage);
    }
    if (longestPiece < 1 || longestPiece > 512) {
      throw new IllegalArgumentException(
          "the longest piece has 1 to 512 characters, not " + longestPiece);
    }
    if (longestLineBytes < 10) {
      throw new IllegalArgumentException(
          "the longest line has at least 10 bytes, not " + longestLineBytes);
    }
  }

  /// As `spm_train` does it unless told otherwise, but for its normalisation.
  public static SentencePieceTrainerOptions of(int vocabularySize) {
    return new SentencePieceTrainerOptions(
        vocabularySize, 0.9995, 16, false, true, false, true, true, 4192);
  }

  /// As Llama 2's model file says that it was learned: digits alone, runs of spaces as pieces, no
  /// spaces dropped, a coverage of 0.99995.
  public static SentencePieceTrainerOptions llama2(int vocabularySize) {
    return new SentencePieceTrainerOptions(
        vocabularySize, 0.99995, 16, true, true, true, false, true, 4192);
  }
}
