package dev.tessera.text;

import dev.tessera.text.Pretokenizer.Behavior;
import java.util.function.Consumer;

/// Cuts at what a [MatchFinder] finds, as Hugging Face's `Split` does.
final class DelimiterCut implements Cut {
  private final MatchFinder finder;
  private final Behavior behavior;
  private final boolean inverted;

  DelimiterCut(MatchFinder finder, Behavior behavior, boolean inverted) {
    this.finder = finder;
    this.behavior = behavior;
    this.inverted = inverted;
  }

  @Override
  public void cut(TextSegment segment, Consumer<TextSegment> next) {
    MatchList matches = new MatchList(segment, inverted);
    finder.find(segment, matches);
    matches.finish();
    int from = segment.from();
    boolean joinsNext = joinsNext(matches, 0);
    for (int i = 0; i < matches.count(); i++) {
      int to = matches.end(i);
      if (i + 1 < matches.count() && joins(matches, i + 1, joinsNext)) {
        joinsNext = joinsNext(matches, i + 1);
        continue;
      }
      joinsNext = joinsNext(matches, i + 1);
      if (behavior != Behavior.REMOVED || !matches.isMatch(i)) {
        next.accept(segment.part(from, to));
      }
      from = to;
    }
  }

  /// Whether part `i` belongs to the one before it.
  private boolean joins(MatchList matches, int i, boolean previousJoinsNext) {
    return switch (behavior) {
      case REMOVED, ISOLATED -> false;
      case CONTIGUOUS -> matches.isMatch(i) == matches.isMatch(i - 1);
      case MERGED_WITH_PREVIOUS -> matches.isMatch(i) && !matches.isMatch(i - 1);
      case MERGED_WITH_NEXT -> previousJoinsNext;
    };
  }

  /// Whether part `i` is a delimiter that belongs to the text after it.
  private boolean joinsNext(MatchList matches, int i) {
    return behavior == Behavior.MERGED_WITH_NEXT
        && i + 1 < matches.count()
        && matches.isMatch(i)
        && !matches.isMatch(i + 1);
  }
}
