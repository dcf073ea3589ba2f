package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;

/// Codebooks of a [CompositeOperand], prepared: finds the ids of points, each exactly as [Metric]
/// defines it, equal scores to the lower id. Thread-safe. The operand is packed on the first call.
///
/// *Residual*: with `r_0 = x`, the id of level q is that of the codeword nearest to `r_q`, and
/// `r_(q+1) = r_q - subtracted_q[id_q]`, element by element in float32, one rounding each. The
/// point is not normalised, whatever the metric.
///
/// *Multi-head*: the id of head h is that of the codeword nearest to columns `h d` to `(h + 1) d -
/// 1` of the point.
///
/// A vector that is looked up and holds a NaN or an infinity gets the id -1, and nothing is
/// subtracted from it: so a point that holds one has -1 at every level, and a residual that leaves
/// float32's range has it from the next level on.
public interface CompositeKernel extends PreparedKernel {
  /// The expected duration of a call, in nanoseconds, from measured constants; without the
  /// preparation that is already done, and with the share of it that is not.
  double estimatedNanos(long rows);

  /// Writes the ids of each row of `points`. The caller has checked all shapes.
  ///
  /// The call ends early, within a chunk, when the calling thread is interrupted.
  ///
  /// @param points `[n x columns]`
  /// @param ids `[n x parts]`, written
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays
  ///   interrupted
  /// @throws KernelException if the backend fails
  /// @throws IllegalStateException if the kernel or its backend is closed
  void encode(FloatMatrix points, TokenIds ids);
}
