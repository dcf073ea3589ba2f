package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// A linear layer: `y = activation(x W^T + b)`.
///
/// @param weight `W [out x in]`, torch's layout, at least one row and one column, fewer than 2^31
///   rows; never written while a kernel uses it
/// @param bias `b [1 x out]`, or null for none; never written while a kernel uses it
/// @param activation what becomes of each sum
public record LinearOperand(FloatMatrix weight, @Nullable FloatMatrix bias, Activation activation) {
  /// The number of columns of x.
  public int inputs() {
    return weight.columns();
  }

  /// The number of columns of y.
  public int outputs() {
    return Math.toIntExact(weight.rows());
  }
}
