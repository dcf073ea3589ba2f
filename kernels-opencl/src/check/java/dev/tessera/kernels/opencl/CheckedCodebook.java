package dev.tessera.kernels.opencl;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;

/// A codebook packed for the kernels as their headers say, apart from the backend's own packing, so
/// that the checks need not trust that.
///
/// @param depth columns of packed points and codes
/// @param codes `[tiles][depth][codeTile]`
/// @param terms `[tiles][2][codeTile]`
/// @param spreads `[tiles][codeTile]`
/// @param norms of the codewords, for cosine
record CheckedCodebook(
    NearestOperand operand,
    CentredCodebook centred,
    ErrorBounds bounds,
    int depth,
    int codeTile,
    int tiles,
    float[] codes,
    float[] terms,
    float[] spreads,
    double[] norms) {
  private static final double SAFETY = 1.1;
  private static final double ONE_PERCENT = 1.01;

  /// @param windowFactor 1; anything less proves nothing, and lets a check show that it can fail
  static CheckedCodebook of(NearestOperand operand, int depth, int codeTile, double windowFactor) {
    CentredCodebook centred = new CentredCodebook(operand);
    ErrorBounds bounds = new ErrorBounds(centred, depth + 2, windowFactor);
    int tiles = Math.ceilDiv(operand.codes(), codeTile);
    float[] codes = new float[tiles * depth * codeTile];
    float[] terms = new float[tiles * 2 * codeTile];
    float[] spreads = new float[tiles * codeTile];
    double chain = SAFETY * windowFactor * RoundingError.ofFloats(depth + 2);
    double epsilon = chain + SAFETY * windowFactor * 4 * RoundingError.FLOAT_UNIT;
    float[] row = new float[operand.dim()];
    for (int code = 0; code < tiles * codeTile; code++) {
      int tile = code / codeTile;
      int place = place(code, codeTile);
      int term = tile * 2 * codeTile + place;
      if (code >= operand.codes() || centred.isOutlier(code)) {
        terms[term] = ErrorBounds.NOBODY;
        continue;
      }
      double constant = centred.constant(code);
      terms[term] = RoundingError.roundDown(constant - chain * Math.abs(constant));
      terms[term + codeTile] = -RoundingError.roundUp(epsilon * centred.norm(code));
      spreads[tile * codeTile + place] = RoundingError.roundUp(2 * (constant - terms[term]));
      centred.copyRow(code, row);
      for (int k = 0; k < row.length; k++) {
        codes[(tile * depth + k) * codeTile + place] = -row[k];
      }
    }
    double[] norms = new double[operand.codes()];
    if (operand.metric() == Metric.COSINE) {
      for (int code = 0; code < norms.length; code++) {
        norms[code] =
            Metric.norm(
                operand.codewords().segment(),
                operand.codewords().rowOffsetBytes(code),
                operand.dim());
      }
    }
    return new CheckedCodebook(
        operand, centred, bounds, depth, codeTile, tiles, codes, terms, spreads, norms);
  }

  /// The place of a code in its tile: octets lie in two halves.
  static int place(int code, int codeTile) {
    int ofTile = code % codeTile;
    return ofTile / 8 * 4 + ofTile % 4 + (ofTile % 8 < 4 ? 0 : codeTile / 2);
  }

  /// The chain that the screens compute, in the same order: the same bits.
  ///
  /// @param points packed points
  /// @param column0 the point's first column there
  /// @param pointTile from one column to the next
  float bound(float[] points, int column0, int pointTile, float window, int code) {
    int tile = code / codeTile;
    int place = place(code, codeTile);
    int term = tile * 2 * codeTile + place;
    float sum = Math.fma(window, terms[term + codeTile], terms[term]);
    for (int k = 0; k < depth; k++) {
      float c = codes[(tile * depth + k) * codeTile + place];
      sum = Math.fma(points[column0 + k * pointTile], c, sum);
    }
    return sum;
  }

  /// The bound that the screen of few columns has: with the widest window of the octet, as the last
  /// step.
  float octetBound(float[] points, int column0, int pointTile, float window, int code) {
    int term = code / codeTile * 2 * codeTile + codeTile;
    float width = 0;
    for (int i = code / 8 * 8; i < code / 8 * 8 + 8; i++) {
      width = Math.min(width, terms[term + place(i, codeTile)]);
    }
    return Math.fma(window, width, bound(points, column0, pointTile, 0, code));
  }

  /// The score of a point and a code without float32, to float64's accuracy.
  double score(float[] x, int code) {
    float[] c = new float[x.length];
    operand.codewords().copyRow(code, c, 0);
    boolean cosine = operand.metric() == Metric.COSINE;
    double divisor = cosine ? norms[code] : 1;
    double pointDivisor = 1;
    if (cosine) {
      double square = 0;
      for (float value : x) {
        square += (double) value * value;
      }
      pointDivisor = Math.sqrt(square);
    }
    double score = centred.constant(code);
    for (int k = 0; k < x.length; k++) {
      double mean = centred.mean()[k];
      score -=
          (x[k] / pointDivisor - mean)
              * centred.scale()
              * ((c[k] / divisor - mean) * centred.scale());
    }
    return score;
  }

  /// The definition's slack as `certify` wants it: of the score, of the norm, and what is left.
  float[] slack() {
    double chain = 3 * ONE_PERCENT * RoundingError.ofDoubles(2 * operand.dim() + 8);
    double scale = centred.scale();
    return switch (operand.metric()) {
      case L2 -> new float[] {RoundingError.roundUp(chain), 0, 0};
      case DOT ->
          new float[] {
            0,
            RoundingError.roundUp(chain * centred.meanNorm()),
            RoundingError.roundUp(chain * centred.meanNorm() * centred.meanNorm())
          };
      case COSINE -> new float[] {0, 0, RoundingError.roundUp(chain * scale * scale)};
    };
  }

  /// From which window on outliers must be looked at, and the least score they have below: L2's
  /// `0.5 |C|^2 - |X| |C|` grows with `|C|` from `|X|` on; with the others an outlier may always
  /// win.
  float[] outlierReach() {
    double least = Double.POSITIVE_INFINITY;
    for (int code : centred.outliers()) {
      least = Math.min(least, centred.norm(code));
    }
    return operand.metric() == Metric.L2
        ? new float[] {
          (float) Math.min(0.25 * least, 0x1p40), (float) Math.min(0.2 * least * least, 1e29)
        }
        : new float[] {-1, 0};
  }
}
