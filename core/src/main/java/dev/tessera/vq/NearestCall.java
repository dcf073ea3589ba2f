package dev.tessera.vq;

import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// One call of a [Quantizer] as [KernelChoice] asks for it: what a kernel would take, and the
/// search itself. Used again for the next call, so that a call allocates nothing; lambdas would be
/// new objects each time.
final class NearestCall implements ToDoubleFunction<NearestKernel>, Consumer<NearestKernel> {
  private static final FloatMatrix NO_VECTORS = FloatMatrix.of(new float[0], 0, 0);
  private static final TokenIds NO_IDS = TokenIds.of(new int[0]);

  private FloatMatrix vectors = NO_VECTORS;
  private NearestOptions options = NearestOptions.SINGLE;
  private TokenIds ids = NO_IDS;
  private @Nullable DoubleMatrix distances;
  private boolean mayLackIds;

  /// Sets what is searched for and where the answer goes.
  void begin(
      FloatMatrix newVectors,
      NearestOptions newOptions,
      TokenIds newIds,
      @Nullable DoubleMatrix newDistances) {
    vectors = newVectors;
    options = newOptions;
    ids = newIds;
    distances = newDistances;
  }

  /// What the kernel said of its ids.
  boolean mayLackIds() {
    return mayLackIds;
  }

  /// Lets go of the caller's memory.
  void end() {
    begin(NO_VECTORS, NearestOptions.SINGLE, NO_IDS, null);
  }

  @Override
  public double applyAsDouble(NearestKernel kernel) {
    return kernel.estimatedNanos(vectors.rows(), options);
  }

  @Override
  public void accept(NearestKernel kernel) {
    mayLackIds = kernel.nearest(vectors, options, ids, distances);
  }
}
