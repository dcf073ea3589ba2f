package dev.tessera.kernels.simd;

import dev.tessera.kernel.MergeContract;

final class SimdMergeTest extends MergeContract {
  SimdMergeTest() {
    super("simd");
  }
}
