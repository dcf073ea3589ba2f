package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// See [Splice#expand].
final class ExpandSplice extends Splice {
  private final int placeholder;

  ExpandSplice(int placeholder) {
    this.placeholder = placeholder;
  }

  @Override
  void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan) {
    long places = count(ids, placeholder);
    if (places != features.size()) {
      throw new IllegalArgumentException(
          "the ids have %d placeholders (%d) for %d features"
              .formatted(places, placeholder, features.size()));
    }
    int from = 0;
    int feature = 0;
    for (int at = 0; at < ids.length; at++) {
      if (ids[at] == placeholder) {
        plan.ids(from, at);
        plan.feature(feature, 0, features.get(feature).rows());
        feature++;
        from = at + 1;
      }
    }
    plan.ids(from, ids.length);
  }
}
