package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;

/// A linear layer, prepared: `y = activation(x W^T + b)`. Thread-safe. The operand is packed on the
/// first call.
///
/// Unlike ids and hops, results are not the same bits on every backend; they hold bounds, for any
/// number of columns. With `s` the exact sum `sum_i x_i w_i + b` and `S = sum_i |x_i w_i| + |b|`,
/// before the activation an element errs by at most [#SUM_ERROR] `S`; the activation itself errs by
/// at most [#ACTIVATION_ERROR] `|s|`, and its slope is at most 1.13, so that altogether
///
/// ```
/// |y - activation(s)| <= 1.24e-5 S
/// ```
///
/// where nothing overflows, and products below 2^-126 add 2^-149 each. A NaN or an infinity in a
/// row of x, in W or in b goes into the sums that it belongs to, by the rules of float32, and into
/// no other.
public interface LinearKernel extends PreparedKernel {
  /// The most that a sum errs by, as a multiple of the sum of its terms' magnitudes: 167 roundings
  /// to float32.
  double SUM_ERROR = 1e-5;

  /// The most that an activation errs by, as a multiple of its argument's magnitude.
  double ACTIVATION_ERROR = 1e-6;

  /// The expected duration of a call, in nanoseconds, from measured constants.
  double estimatedNanos(long rows);

  /// Writes the layer's results.
  ///
  /// The call ends early, within a chunk, when the calling thread is interrupted; what `y` then
  /// holds is undefined. The caller has checked all shapes.
  ///
  /// @param x `[n x in]`
  /// @param y `[n x out]`, written; does not overlap x
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays
  ///   interrupted
  /// @throws KernelException if the backend fails
  /// @throws IllegalStateException if the kernel or its backend is closed
  void linear(FloatMatrix x, FloatMatrix y);
}
