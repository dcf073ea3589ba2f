package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleLayer;
import dev.tessera.kernel.SampleLayer.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SimdLinearSizesTest {
  @Test
  void moreInputsAreLeftToOthers() {
    LinearOperand operand =
        new LinearOperand(FloatMatrix.allocate(1, 46209), null, Activation.NONE);
    try (WorkerPool pool = new WorkerPool("declined", 1)) {
      assertThat(SimdLinear.offer(operand, pool, new VectorPace()))
          .isEqualTo(
              new Offer.Declined<LinearKernel>(
                  "sums over 46209 inputs go through 168 roundings, at most 167 hold the bound"));
    }
  }

  /// Vector code and the plain loops that serve before it is compiled agree within both bounds,
  /// across rows that fill several slabs of packed memory.
  @Test
  void severalSlabsOfRowsAreServed() {
    int inputs = 20_000;
    int n = 2 * LinearBlock.MOST_ROWS + 3;
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, n, inputs, 3, true, 5);
    FloatMatrix y = FloatMatrix.allocate(n, 3);
    try (WorkerPool pool = new WorkerPool("slabs", 2);
        LinearKernel kernel =
            new SimdLinear(
                new LinearOperand(layer.weight(), layer.bias(), Activation.NONE),
                pool,
                new VectorPace())) {
      kernel.linear(layer.x(), y);
    }
    for (int row = 0; row < n; row += 97) {
      double sum = Objects.requireNonNull(layer.bias()).get(0, 2);
      double magnitudes = Math.abs(sum);
      for (int i = 0; i < inputs; i++) {
        double product = (double) layer.x().get(row, i) * layer.weight().get(2, i);
        sum += product;
        magnitudes += Math.abs(product);
      }
      assertThat(Math.abs(y.get(row, 2) - sum))
          .as("row %d, seed 5", row)
          .isLessThanOrEqualTo(LinearKernel.SUM_ERROR * magnitudes);
    }
  }
}
