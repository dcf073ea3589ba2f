package dev.tessera.internal.screen;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.stream.IntStream;

/// The codebook in the coordinates in which all screens work: moved to its mean and scaled by a
/// power of two, so that float32 neither cancels nor overflows there.
///
/// With `c~ = c` (L2, dot) or `c~ = c / max(|c|, 1e-12)` (cosine), `mean` the mean of the `c~` that
/// are not far out, and `scale` a power of two that makes the median of `|C|` about 1,
///
/// ```
/// C = (c~ - mean) scale
/// X = (x - mean) scale          (L2, dot)
/// X = (x / |x| - mean) scale    (cosine)
/// score = constant - X.C,  constant = 0.5 |C|^2 (L2),  -(mean scale).C (dot, cosine)
/// ```
///
/// orders the codewords of a point as the metric does, the smallest score first: for L2 it is `0.5
/// scale^2 |x - c|^2 - 0.5 |X|^2`, for the others `-scale^2 x.c~` plus what depends on the point
/// alone. Everything here is computed in float64; the roundings are part of [ErrorBounds].
public final class CentredCodebook {
  /// Codewords farther out than this are searched apart from the others ([#outliers()]). In scaled
  /// coordinates, where the median is about 1: products stay far from float32's limits.
  public static final double GREATEST_NORM = 0x1p20;

  /// Likewise: codewords with a greater constant are searched apart.
  private static final double GREATEST_CONSTANT = 0x1p60;

  /// Points farther out than this, or with squares that float32 cannot hold, are searched by the
  /// definition.
  public static final float GREATEST_POINT_SQUARE = 0x1p60f;

  /// Codewords whose norm is above this multiple of the median do not enter the mean.
  private static final double MEAN_NORM_LIMIT = 4;

  private final FloatMatrix codewords;
  private final Metric metric;
  private final int codes;
  private final int dim;
  private final double[] divisors; // cosine only, else empty
  private final float[] mean;
  private final double scale;
  private final double meanNorm;
  private final double[] norms;
  private final double[] constants;
  private final int[] outliers;

  /// Centres the codewords: time and memory of two passes over them.
  public CentredCodebook(NearestOperand operand) {
    codewords = operand.codewords();
    metric = operand.metric();
    codes = operand.codes();
    dim = operand.dim();
    divisors = metric == Metric.COSINE ? new double[codes] : new double[0];
    for (int code = 0; code < divisors.length; code++) {
      divisors[code] = Metric.norm(codewords.segment(), codewords.rowOffsetBytes(code), dim);
    }
    float[] row = new float[dim];
    norms = new double[codes];
    mean = new float[dim];
    for (int code = 0; code < codes; code++) {
      norms[code] = distanceFromMean(code, row);
    }
    fillMean(row);
    for (int code = 0; code < codes; code++) {
      norms[code] = distanceFromMean(code, row);
    }
    double median = median(norms);
    double typical = median > 0 ? median : Arrays.stream(norms).max().orElse(0);
    scale = typical > 0 ? Math.scalb(1.0, Math.clamp(-Math.getExponent(typical), -100, 120)) : 1;
    constants = new double[codes];
    double meanSquare = 0;
    for (float m : mean) {
      meanSquare = Math.fma((double) m, m, meanSquare);
    }
    meanNorm = Math.sqrt(meanSquare) * scale;
    for (int code = 0; code < codes; code++) {
      norms[code] *= scale;
      constants[code] =
          metric == Metric.L2 ? 0.5 * norms[code] * norms[code] : -productWithMean(code, row);
    }
    outliers = IntStream.range(0, codes).filter(this::isOutlier).toArray();
  }

  private void fillMean(float[] row) {
    double limit = MEAN_NORM_LIMIT * median(norms);
    double[] sums = new double[dim];
    long count = 0;
    for (int code = 0; code < codes; code++) {
      if (norms[code] <= limit) {
        codewords.copyRow(code, row, 0);
        double divisor = divisor(code);
        for (int i = 0; i < dim; i++) {
          sums[i] += row[i] / divisor;
        }
        count++;
      }
    }
    for (int i = 0; i < dim; i++) {
      mean[i] = (float) (sums[i] / count);
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private double divisor(int code) {
    return divisors.length == 0 ? 1 : divisors[code];
  }

  private double distanceFromMean(int code, float[] row) {
    codewords.copyRow(code, row, 0);
    double divisor = divisor(code);
    double square = 0;
    for (int i = 0; i < dim; i++) {
      double t = row[i] / divisor - mean[i];
      square = Math.fma(t, t, square);
    }
    return Math.sqrt(square);
  }

  private double productWithMean(int code, float[] row) {
    codewords.copyRow(code, row, 0);
    double divisor = divisor(code);
    double product = 0;
    for (int i = 0; i < dim; i++) {
      product = Math.fma((row[i] / divisor - mean[i]) * scale, mean[i] * scale, product);
    }
    return product;
  }

  /// Writes `C` of a codeword, rounded to float32; of use where it is no outlier.
  public void copyRow(int code, float[] target) {
    codewords.copyRow(code, target, 0);
    double divisor = divisor(code);
    for (int i = 0; i < dim; i++) {
      target[i] = (float) ((target[i] / divisor - mean[i]) * scale);
    }
  }

  /// The codewords as they were given.
  public FloatMatrix codewords() {
    return codewords;
  }

  /// What near means.
  public Metric metric() {
    return metric;
  }

  /// The number of codewords.
  public int codes() {
    return codes;
  }

  /// The number of columns.
  public int dim() {
    return dim;
  }

  /// The mean, `[dim]`, unscaled.
  public float[] mean() {
    return mean;
  }

  /// The power of two.
  public float scale() {
    return (float) scale;
  }

  /// `|C|` of a codeword, in float64.
  public double norm(int code) {
    return norms[code];
  }

  /// The part of a codeword's score that no point changes.
  public double constant(int code) {
    return constants[code];
  }

  /// Whether the codeword lies too far out for float32.
  public boolean isOutlier(int code) {
    return !(norms[code] <= GREATEST_NORM && Math.abs(constants[code]) <= GREATEST_CONSTANT);
  }

  /// The codewords that lie too far out, ascending.
  public int[] outliers() {
    return outliers;
  }

  /// `|mean| scale`.
  public double meanNorm() {
    return meanNorm;
  }
}
