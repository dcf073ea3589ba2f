package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopContract;

final class SimdHopTest extends HopContract {
  SimdHopTest() {
    super("simd");
  }
}
