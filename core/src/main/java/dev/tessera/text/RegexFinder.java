package dev.tessera.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the matches of a pattern that somebody wrote, by `java.util.regex` within a budget.
final class RegexFinder implements MatchFinder {
  private final String regex;
  private final Pattern pattern;

  RegexFinder(String regex, RegexDialect dialect) {
    this.regex = regex;
    this.pattern = RegexTranslation.compile(regex, dialect);
  }

  @Override
  public void find(TextSegment segment, MatchList matches) {
    SteppedText text = new SteppedText(regex, segment);
    Matcher matcher = pattern.matcher(text);
    try {
      while (matcher.find()) {
        int from = text.byteAt(matcher.start());
        matches.match(from, text.byteAt(matcher.end()));
      }
    } catch (StackOverflowError e) {
      throw new PatternBudgetException(
          ("the pattern `%s` needs more stack than this thread has, over a text of %,d characters;"
                  + " possessive quantifiers prevent that")
              .formatted(regex, text.length()));
    }
  }
}
