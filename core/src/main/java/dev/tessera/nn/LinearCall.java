package dev.tessera.nn;

import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.tensor.FloatMatrix;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/// One call of a [Linear] as [KernelChoice] asks for it. Used again for the next call, so that a
/// call allocates nothing.
final class LinearCall implements ToDoubleFunction<LinearKernel>, Consumer<LinearKernel> {
  private static final FloatMatrix NOTHING = FloatMatrix.of(new float[0], 0, 0);

  private FloatMatrix x = NOTHING;
  private FloatMatrix y = NOTHING;

  /// Sets what is multiplied and where the result goes.
  void begin(FloatMatrix newX, FloatMatrix newY) {
    x = newX;
    y = newY;
  }

  /// Lets go of the caller's memory.
  void end() {
    begin(NOTHING, NOTHING);
  }

  @Override
  public double applyAsDouble(LinearKernel kernel) {
    return kernel.estimatedNanos(x.rows());
  }

  @Override
  public void accept(LinearKernel kernel) {
    kernel.linear(x, y);
  }
}
