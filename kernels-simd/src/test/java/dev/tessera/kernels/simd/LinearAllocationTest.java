package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.Activation;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.SampleLayer;
import dev.tessera.kernel.SampleLayer.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A call allocates nothing once C2 has compiled it: a vector that C2 does not see through is an
/// object, and shows here. One activation after the other in one JVM.
class LinearAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_CALLS = 40_000;

  /// Calls in a row that must not allocate.
  private static final int CALLS = 10;

  @BeforeAll
  static void vectorsOfAnotherWidthHaveRun() {
    OtherWidths.use();
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void aCallAllocatesNothing(Activation activation) {
    int n = 14; // tiles of 8, 4 and 2 rows
    int outputs = 70;
    SampleLayer layer = SampleLayer.of(Kind.RANDOM, n, 200, outputs, true, 31);
    FloatMatrix y = FloatMatrix.allocate(n, outputs);
    try (WorkerPool pool = new WorkerPool("allocation", 1);
        LinearKernel kernel =
            new SimdLinear(
                new LinearOperand(layer.weight(), layer.bias(), activation),
                pool,
                new VectorPace())) {
      long bytes = Long.MAX_VALUE;
      for (int call = 0; call < MOST_CALLS && bytes > 0; call += CALLS) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
          kernel.linear(layer.x(), y);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(bytes)
          .as("bytes of the last %d calls, %s, seed 31; %s", CALLS, activation, kernel.describe())
          .isZero();
    }
  }
}
