package dev.tessera.kernel;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// A codebook, prepared: finds the nearest codewords of points, exactly as [Metric] defines them.
/// Thread-safe. The operand is packed on the first call.
public interface NearestKernel extends PreparedKernel {
  /// The expected duration of a call, in nanoseconds, from measured constants; without the
  /// preparation that is already done, and with the share of it that is not.
  double estimatedNanos(long rows, NearestOptions options);

  /// Writes for each row of `points` the ids of its nearest codewords, nearest first, equal scores
  /// by the lower id first.
  ///
  /// A row that holds a NaN or an infinity gets ids -1 and distances NaN; so do the last columns
  /// where a range has fewer codes than neighbours were asked for. The caller has checked all
  /// shapes and ranges.
  ///
  /// The call ends early, within a chunk, when the calling thread is interrupted.
  ///
  /// @param points `[n x dim]`
  /// @param ids `[n x neighbours]`, written
  /// @param distances `[n x neighbours]`, written with the scores of [Metric]; null where they are
  ///   not wanted
  /// @return false where every row is known to have a nearest codeword; true where the first ids
  ///   may have a -1 among them, see [MissingIds]
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted; it stays
  ///   interrupted
  /// @throws KernelException if the backend fails
  /// @throws IllegalStateException if the kernel or its backend is closed
  boolean nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances);
}
