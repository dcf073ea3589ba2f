package dev.tessera.text;

import java.util.Arrays;

/// A segment taken apart into matches and what is between them.
final class MatchList {
  private final int segmentTo;
  private final boolean inverted;
  private int[] ends = new int[16];
  private boolean[] matching = new boolean[16];
  private int count;
  private int last;

  /// @param inverted whether what is between the matches is to count as matching, and they not
  MatchList(TextSegment segment, boolean inverted) {
    this.segmentTo = segment.to();
    this.last = segment.from();
    this.inverted = inverted;
  }

  /// A match, behind all before it.
  void match(int from, int to) {
    if (from > last) {
      add(from, inverted);
    }
    add(to, !inverted);
  }

  /// After the last match.
  void finish() {
    if (last < segmentTo) {
      add(segmentTo, inverted);
    }
  }

  private void add(int end, boolean matches) {
    if (count == ends.length) {
      ends = Arrays.copyOf(ends, 2 * count);
      matching = Arrays.copyOf(matching, 2 * count);
    }
    ends[count] = end;
    matching[count++] = matches;
    last = end;
  }

  int count() {
    return count;
  }

  int end(int i) {
    return ends[i];
  }

  boolean isMatch(int i) {
    return matching[i];
  }
}
