package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// The best of some codes with their scores, best first; of equal scores the one that was added
/// first, which must be the lower code.
final class BestCodes {
  private final Metric metric;
  private final int[] codes;
  private final double[] scores;
  private int found;

  /// @param neighbours how many are kept
  BestCodes(Metric metric, int neighbours) {
    this.metric = metric;
    codes = new int[neighbours];
    scores = new double[neighbours];
  }

  /// Begins anew.
  void clear() {
    found = 0;
  }

  /// Adds a code that is higher than all those before with the same score.
  void add(int code, double score) {
    int place = found;
    while (place > 0 && metric.isBetter(score, scores[place - 1])) {
      place--;
    }
    if (place == codes.length) {
      return;
    }
    found = Math.min(found + 1, codes.length);
    System.arraycopy(codes, place, codes, place + 1, found - 1 - place);
    System.arraycopy(scores, place, scores, place + 1, found - 1 - place);
    codes[place] = code;
    scores[place] = score;
  }

  /// Writes a row; -1 and NaN where there are fewer codes.
  void write(TokenIds ids, @Nullable DoubleMatrix distances, long row) {
    for (int place = 0; place < codes.length; place++) {
      ids.set(row, place, place < found ? codes[place] : -1);
      if (distances != null) {
        distances.set(row, place, place < found ? scores[place] : Double.NaN);
      }
    }
  }
}
