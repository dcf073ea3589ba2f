package dev.tessera.kernels.opencl;

import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// What the definition says of a search, in plain Java.
///
/// @param points `[rows x dim]`
record SearchDefinition(NearestOperand operand, FloatMatrix points) {
  /// The nearest code of each row, -1 where a row has none.
  int[] nearest() {
    int[] nearest = new int[(int) points.rows()];
    Arrays.setAll(nearest, this::nearest);
    return nearest;
  }

  /// The nearest code of a row, -1 if it has none.
  int nearest(int row) {
    if (!isFinite(row)) {
      return -1;
    }
    int nearest = 0;
    double best = score(row, 0);
    for (int code = 1; code < operand.codes(); code++) {
      double score = score(row, code);
      if (operand.metric().isBetter(score, best)) {
        nearest = code;
        best = score;
      }
    }
    return nearest;
  }

  /// The codes from `low` to `high - 1`, the best first.
  int[] ranked(int row, int low, int high) {
    Integer[] order = new Integer[high - low];
    Arrays.setAll(order, i -> low + i);
    double[] scores = new double[high];
    for (int code = low; code < high; code++) {
      scores[code] = score(row, code);
    }
    Arrays.sort(
        order,
        (a, b) ->
            scores[a] == scores[b]
                ? Integer.compare(a, b)
                : operand.metric().isBetter(scores[a], scores[b]) ? -1 : 1);
    return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
  }

  /// The float64 score of a row and a code.
  double score(int row, int code) {
    return operand
        .metric()
        .score(
            points.segment(),
            points.rowOffsetBytes(row),
            operand.codewords().segment(),
            operand.codewords().rowOffsetBytes(code),
            operand.dim());
  }

  /// Whether a row has a nearest code.
  boolean isFinite(int row) {
    for (int i = 0; i < operand.dim(); i++) {
      if (!Float.isFinite(points.get(row, i))) {
        return false;
      }
    }
    return true;
  }
}
