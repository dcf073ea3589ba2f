package dev.tessera.sequence;

import java.util.Arrays;

/// Reads a sequence of ids forwards, each checked against what may stand there.
final class SequenceReader {
  private final UnifiedVocabulary vocabulary;
  private final int[] ids;
  private int at;

  SequenceReader(UnifiedVocabulary vocabulary, int[] ids, int from) {
    this.vocabulary = vocabulary;
    this.ids = ids;
    at = from;
  }

  /// The place of the id that comes next.
  int position() {
    return at;
  }

  boolean atEnd() {
    return at == ids.length;
  }

  /// Whether the next id is one of `range`.
  boolean isAt(IdRange range) {
    return at < ids.length && range.contains(ids[at]);
  }

  void skip() {
    at++;
  }

  /// Steps over an id of `range`.
  ///
  /// @param expected says what the id is for, in a message
  /// @return its code
  /// @throws MalformedSequenceException if there is none
  int take(IdRange range, String expected) {
    if (!isAt(range)) {
      throw refuse(expected);
    }
    return range.code(ids[at++]);
  }

  /// The ids from `from` up to the next one.
  int[] since(int from) {
    return Arrays.copyOfRange(ids, from, at);
  }

  MalformedSequenceException refuse(String expected) {
    return new MalformedSequenceException(
        at, expected, atEnd() ? "the end of the sequence" : vocabulary.describe(ids[at]));
  }
}
