package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// See [Splice#overwriteRuns].
final class RunSplice extends Splice {
  private final int begin;
  private final int end;

  RunSplice(int begin, int end) {
    this.begin = begin;
    this.end = end;
  }

  @Override
  void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan) {
    long begins = count(ids, begin);
    long ends = count(ids, end);
    if (begins != features.size() || ends != begins) {
      throw new IllegalArgumentException(
          "the ids have %d begin markers (%d) and %d end markers (%d) for %d features"
              .formatted(begins, begin, ends, end, features.size()));
    }
    int from = 0;
    int feature = 0;
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] == begin) {
        long rows = features.get(feature).rows();
        long runEnd = at + 1 + rows;
        if (runEnd >= ids.length || ids[(int) runEnd] != end) {
          throw new MalformedSequenceException(
              (int) Math.min(runEnd, ids.length),
              "the end marker (%d) behind %d ids for the rows of feature %d"
                  .formatted(end, rows, feature),
              runEnd >= ids.length ? "the end of the sequence" : "id " + ids[(int) runEnd]);
        }
        plan.ids(from, at + 1);
        plan.feature(feature, 0, rows);
        feature++;
        from = (int) runEnd;
        at = from;
      }
    }
    plan.ids(from, ids.length);
  }
}
