package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// Layer normalisation (Ba, Kiros and Hinton, arXiv 1607.06450), row by row: `y = (x - mean) /
/// sqrt(variance + eps) * weight + bias`, the variance divided by d. Mean and variance are summed
/// in float64. Immutable and thread-safe.
///
/// Each system has its own eps: BERT and the Q-Former 1e-12, BLIP-2's `ln_vision` and torch's
/// default 1e-5, vision transformers and GraphGPT 1e-6.
public final class LayerNorm {
  private final float[] weight;
  private final float[] bias;
  private final double eps;

  private LayerNorm(float[] weight, float[] bias, double eps) {
    this.weight = weight;
    this.bias = bias;
    this.eps = eps;
  }

  /// A norm with copies of these vectors.
  ///
  /// @param weight `[1 x d]`
  /// @param bias `[1 x d]`
  /// @param eps what is added to the variance, above 0
  /// @throws IllegalArgumentException if the shapes differ, or eps is not above 0
  public static LayerNorm of(FloatMatrix weight, FloatMatrix bias, double eps) {
    int columns = weight.columns();
    return new LayerNorm(
        NormRows.vector(weight, "a weight", columns),
        NormRows.vector(bias, "a bias", columns),
        checkEps(eps));
  }

  static double checkEps(double eps) {
    if (!(eps > 0)) {
      throw new IllegalArgumentException("eps must be above 0, not " + eps);
    }
    return eps;
  }

  /// The number of columns, d.
  public int columns() {
    return weight.length;
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
    run(x, null, y);
  }

  /// The norm of `x + residual`, which transformers take behind each part, into `y`, which may be
  /// either.
  ///
  /// @throws IllegalArgumentException if one of them has another shape
  public void applyToSum(FloatMatrix x, FloatMatrix residual, FloatMatrix y) {
    run(x, residual, y);
  }

  private void run(FloatMatrix x, @Nullable FloatMatrix residual, FloatMatrix y) {
    NormRows.run(columns(), x, residual, y, this::normalise);
  }

  private void normalise(float[] row) {
    double sum = 0;
    for (float element : row) {
      sum += element;
    }
    double mean = sum / row.length;
    double squares = 0;
    for (float element : row) {
      squares += (element - mean) * (element - mean);
    }
    double factor = 1 / Math.sqrt(squares / row.length + eps);
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) ((row[i] - mean) * factor * weight[i] + bias[i]);
    }
  }
}
