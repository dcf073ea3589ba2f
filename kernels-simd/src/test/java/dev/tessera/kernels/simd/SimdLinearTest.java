package dev.tessera.kernels.simd;

import dev.tessera.kernel.LinearContract;

final class SimdLinearTest extends LinearContract {
  SimdLinearTest() {
    super("simd");
  }
}
