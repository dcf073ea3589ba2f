package dev.tessera.kernels.simd;

import dev.tessera.kernel.CompositeContract;

final class SimdCompositeTest extends CompositeContract {
  SimdCompositeTest() {
    super("simd");
  }
}
