package dev.tessera.kernels.simd;

import dev.tessera.graph.DebianContract;

final class SimdDebianTest extends DebianContract {
  SimdDebianTest() {
    super("simd");
  }
}
