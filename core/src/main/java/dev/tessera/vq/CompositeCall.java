package dev.tessera.vq;

import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.KernelChoice;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// One call of a [CompositeEncoder] as [KernelChoice] asks for it. Used again for the next call, as
/// [NearestCall] is.
final class CompositeCall implements ToDoubleFunction<CompositeKernel>, Consumer<CompositeKernel> {
  private static final FloatMatrix NO_VECTORS = FloatMatrix.of(new float[0], 0, 0);
  private static final TokenIds NO_IDS = TokenIds.of(new int[0]);

  private FloatMatrix vectors = NO_VECTORS;
  private TokenIds ids = NO_IDS;

  /// Sets what is looked up and where the ids go.
  void begin(FloatMatrix newVectors, TokenIds newIds) {
    vectors = newVectors;
    ids = newIds;
  }

  /// Lets go of the caller's memory.
  void end() {
    begin(NO_VECTORS, NO_IDS);
  }

  @Override
  public double applyAsDouble(CompositeKernel kernel) {
    return kernel.estimatedNanos(vectors.rows());
  }

  @Override
  public void accept(CompositeKernel kernel) {
    kernel.encode(vectors, ids);
  }
}
