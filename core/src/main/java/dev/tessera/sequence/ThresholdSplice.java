package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.List;

/// See [Splice#overwriteFrom].
final class ThresholdSplice extends Splice {
  private final int base;

  ThresholdSplice(int base) {
    this.base = base;
  }

  @Override
  void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan) {
    long places = Arrays.stream(ids).filter(id -> id >= base).count();
    long rows = rows(features);
    if (places != rows) {
      throw new IllegalArgumentException(
          "%d ids are at least %d, the %d features have %d rows"
              .formatted(places, base, features.size(), rows));
    }
    int from = 0;
    int feature = 0;
    long row = 0;
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] >= base) {
        plan.ids(from, at);
        while (row == features.get(feature).rows()) {
          feature++;
          row = 0;
        }
        plan.feature(feature, row, row + 1);
        row++;
        from = at + 1;
      }
    }
    plan.ids(from, ids.length);
  }
}
