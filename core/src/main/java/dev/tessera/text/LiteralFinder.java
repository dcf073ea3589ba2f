package dev.tessera.text;

import java.nio.charset.StandardCharsets;

/// Finds a string.
final class LiteralFinder implements MatchFinder {
  private final byte[] literal;

  /// @param literal without lone surrogates; an empty one is nowhere
  LiteralFinder(String literal) {
    this.literal = literal.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void find(TextSegment segment, MatchList matches) {
    if (literal.length == 0) {
      return;
    }
    int at = segment.from();
    while (at + literal.length <= segment.to()) {
      if (segment.part(at, segment.to()).startsWith(literal)) {
        matches.match(at, at + literal.length);
        at += literal.length;
      } else {
        at++;
      }
    }
  }
}
