package dev.tessera.kernels.simd;

import dev.tessera.kernel.SplitContract;

final class SimdSplitTest extends SplitContract {
  SimdSplitTest() {
    super("simd");
  }
}
