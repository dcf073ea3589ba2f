package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;

/// Root-mean-square normalisation (Zhang and Sennrich, arXiv 1910.07467), row by row: `y = x /
/// sqrt(mean(x^2) + eps) * weight`, the squares summed in float64. Immutable and thread-safe.
public final class RmsNorm {
  private final float[] weight;
  private final double eps;

  private RmsNorm(float[] weight, double eps) {
    this.weight = weight;
    this.eps = eps;
  }

  /// A norm with a copy of this vector.
  ///
  /// @param weight `[1 x d]`
  /// @param eps what is added to the mean of the squares, above 0; 1e-5 or 1e-6 in the Llama family
  /// @throws IllegalArgumentException if the weight has another shape, or eps is not above 0
  public static RmsNorm of(FloatMatrix weight, double eps) {
    return new RmsNorm(
        NormRows.vector(weight, "a weight", weight.columns()), LayerNorm.checkEps(eps));
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
    NormRows.run(columns(), x, null, y, this::normalise);
  }

  private void normalise(float[] row) {
    double squares = 0;
    for (float element : row) {
      squares += (double) element * element;
    }
    double factor = 1 / Math.sqrt(squares / row.length + eps);
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) (row[i] * factor * weight[i]);
    }
  }
}
