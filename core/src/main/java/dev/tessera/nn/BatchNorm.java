package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;

/// Batch normalisation at inference (Ioffe and Szegedy, arXiv 1502.03167), column by column with
/// the statistics of training: `y = (x - mean) / sqrt(variance + eps) * weight + bias`, in float64,
/// rounded once. As in the GIN of Mole-BERT and the encoder of GFT. Immutable and thread-safe.
public final class BatchNorm {
  private final float[] mean;
  private final double[] factor;
  private final float[] bias;

  private BatchNorm(float[] mean, double[] factor, float[] bias) {
    this.mean = mean;
    this.factor = factor;
    this.bias = bias;
  }

  /// A norm with copies of these vectors, each `[1 x d]`.
  ///
  /// @param weight torch's `weight`
  /// @param bias torch's `bias`
  /// @param mean torch's `running_mean`
  /// @param variance torch's `running_var`, at least 0
  /// @param eps what is added to the variance, above 0; 1e-5 in torch
  /// @throws IllegalArgumentException if the shapes differ, a variance is negative, or eps is not
  ///   above 0
  public static BatchNorm of(
      FloatMatrix weight, FloatMatrix bias, FloatMatrix mean, FloatMatrix variance, double eps) {
    int columns = weight.columns();
    LayerNorm.checkEps(eps);
    float[] weights = NormRows.vector(weight, "a weight", columns);
    float[] variances = NormRows.vector(variance, "a variance", columns);
    double[] factors = new double[columns];
    for (int i = 0; i < columns; i++) {
      if (!(variances[i] >= 0)) {
        throw new IllegalArgumentException(
            "a variance is at least 0, that of column %d is %s".formatted(i, variances[i]));
      }
      factors[i] = weights[i] / Math.sqrt(variances[i] + eps);
    }
    return new BatchNorm(
        NormRows.vector(mean, "a mean", columns),
        factors,
        NormRows.vector(bias, "a bias", columns));
  }

  /// The number of columns, d.
  public int columns() {
    return mean.length;
  }

  /// `[n x d] -> [n x d]`, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if x has other columns
  public FloatMatrix apply(FloatMatrix x) {
    FloatMatrix y = FloatMatrix.allocate(x.rows(), columns());
    apply(x, y);
    return y;
  }

  /// As [#apply(FloatMatrix)], into `y`, which may be `x`.
  ///
  /// @throws IllegalArgumentException if x or y has another shape
  public void apply(FloatMatrix x, FloatMatrix y) {
    NormRows.run(columns(), x, null, y, this::normalise);
  }

  private void normalise(float[] row) {
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Math.fma((double) row[i] - mean[i], factor[i], bias[i]);
    }
  }
}
