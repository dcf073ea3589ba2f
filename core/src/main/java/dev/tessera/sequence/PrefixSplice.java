package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// See [Splice#prefix].
final class PrefixSplice extends Splice {
  @Override
  void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan) {
    plan.allOf(features);
    plan.ids(0, ids.length);
  }
}
