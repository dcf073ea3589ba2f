package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// See [Splice#overwriteHead].
final class HeadSplice extends Splice {
  @Override
  void plan(int[] ids, List<FloatMatrix> features, SplicePlan plan) {
    long rows = rows(features);
    if (rows > ids.length) {
      throw new IllegalArgumentException(
          "%d ids cannot give their places to the %d rows of the features"
              .formatted(ids.length, rows));
    }
    plan.allOf(features);
    plan.ids((int) rows, ids.length);
  }
}
