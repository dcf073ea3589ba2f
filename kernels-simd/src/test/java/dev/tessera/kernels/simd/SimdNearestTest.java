package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.NearestContract;
import org.junit.jupiter.api.Test;

final class SimdNearestTest extends NearestContract {
  SimdNearestTest() {
    super("simd");
  }

  @Test
  void vectorsHaveTheWidthThatThisRunIsFor() {
    int requested = Integer.getInteger("tessera.test.vectorBits");
    int hardware = Integer.parseInt(JavaProcess.run("-cp", JavaProcess.classPath(), WIDEST).out());
    assertThat(VectorWidth.bits()).isEqualTo(Math.min(requested, hardware));
    assertThat(new SimdKernelProvider().probe())
        .isEqualTo(new Availability.Available(VectorWidth.bits() + "-bit vectors"));
  }

  private static final String WIDEST = WidestVector.class.getName();
}
