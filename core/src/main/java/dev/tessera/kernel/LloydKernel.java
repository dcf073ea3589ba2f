package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;

/// Steps of Lloyd's algorithm over vectors that stay where they are computed with. For one thread
/// at a time.
public interface LloydKernel extends AutoCloseable {
  /// The expected duration of a step, in nanoseconds, from measured constants.
  double estimatedNanos();

  /// Assigns each vector to its nearest codeword, exactly as [Metric] defines it, equal scores to
  /// the lowest code, and averages the members of each: by ascending row, `acc = acc + x` in
  /// float32, in segments of exactly 512 members whose sums are added in order, then one correctly
  /// rounded division by the number of members.
  ///
  /// @param codewords `[K x dim]`, finite
  /// @param means `[K x dim]`, written; zeros where there are no members
  /// @param members `[K]`, written with the numbers of members
  /// @return how many vectors went to another codeword than in the step before; all in the first
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  /// @throws KernelException if the backend fails; the step can be taken anew
  long step(FloatMatrix codewords, FloatMatrix means, int[] members);

  /// Writes the codeword of each vector after the last step.
  ///
  /// @param ids `[n x 1]`
  void ids(TokenIds ids);

  /// What it has cost to get ready.
  Preparation preparation();

  /// How the steps went, in words and figures.
  String describe();

  /// Frees what it holds. Closing twice does nothing.
  @Override
  void close();
}
