package dev.tessera.text;

/// Finds what a pre-tokenizer cuts by. Stateless and thread-safe.
interface MatchFinder {
  /// Adds all matches within the segment, from the left, none overlapping.
  void find(TextSegment segment, MatchList matches);
}
