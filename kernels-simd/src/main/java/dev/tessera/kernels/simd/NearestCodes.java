package dev.tessera.kernels.simd;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// The nearest codewords of one point by the definition: nearest first, the lower code first among
/// equals.
final class NearestCodes {
  private final NearestOperand operand;
  private int[] codes = new int[1];
  private double[] scores = new double[1];
  private int wanted;
  private int found;

  NearestCodes(NearestOperand operand) {
    this.operand = operand;
  }

  /// Forgets what was found, for a search for `neighbours`.
  void begin(int neighbours) {
    wanted = neighbours;
    found = 0;
    if (codes.length < neighbours) {
      codes = new int[neighbours];
      scores = new double[neighbours];
    }
  }

  /// Scores a code, each at most once.
  void add(FloatMatrix points, long row, int code) {
    Metric metric = operand.metric();
    FloatMatrix codewords = operand.codewords();
    double score =
        metric.score(
            points.segment(),
            points.rowOffsetBytes(row),
            codewords.segment(),
            codewords.rowOffsetBytes(code),
            operand.dim());
    int place = found;
    while (place > 0 && precedes(score, code, place - 1)) {
      place--;
    }
    if (place < wanted) {
      found = Math.min(found + 1, wanted);
      System.arraycopy(codes, place, codes, place + 1, found - 1 - place);
      System.arraycopy(scores, place, scores, place + 1, found - 1 - place);
      codes[place] = code;
      scores[place] = score;
    }
  }

  private boolean precedes(double score, int code, int place) {
    return operand.metric().isBetter(score, scores[place])
        || (score == scores[place] && code < codes[place]);
  }

  /// Scores all codes of `[low, high)`, none where the point holds a NaN or an infinity.
  void addAll(FloatMatrix points, long row, int low, int high) {
    if (isFinite(points, row)) {
      for (int code = low; code < high; code++) {
        add(points, row, code);
      }
    }
  }

  private static boolean isFinite(FloatMatrix points, long row) {
    for (int i = 0; i < points.columns(); i++) {
      if (!Float.isFinite(points.get(row, i))) {
        return false;
      }
    }
    return true;
  }

  /// Writes what was found; ids -1 and NaN where it is less than was wanted.
  void write(TokenIds ids, @Nullable DoubleMatrix distances, long row) {
    for (int place = 0; place < wanted; place++) {
      ids.set(row, place, place < found ? codes[place] : -1);
      if (distances != null) {
        distances.set(row, place, place < found ? scores[place] : Double.NaN);
      }
    }
  }
}
