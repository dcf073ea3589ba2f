package dev.tessera.text;

import dev.tessera.internal.normalizer.AlignedText;
import dev.tessera.internal.normalizer.TextNormalizer;

/// Puts a text in the place of each match of a regular expression.
final class ReplaceMatches implements TextNormalizer {
  private final RegexFinder finder;
  private final byte[] content;

  ReplaceMatches(String regex, String content) {
    finder = new RegexFinder(regex, RegexDialect.ONIGURUMA);
    this.content = Utf8.bytes(content);
  }

  @Override
  public void apply(AlignedText text) {
    TextSegment segment = new TextSegment(text.bytes(), 0, text.length(), null);
    MatchList matches = new MatchList(segment, false);
    finder.find(segment, matches);
    matches.finish();
    int at = 0;
    for (int i = 0; i < matches.count(); i++) {
      if (matches.isMatch(i)) {
        text.put(content, at, matches.end(i));
      } else {
        text.copy(at, matches.end(i));
      }
      at = matches.end(i);
    }
    text.swap();
  }
}
