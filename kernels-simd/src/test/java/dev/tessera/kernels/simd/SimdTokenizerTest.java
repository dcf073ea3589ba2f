package dev.tessera.kernels.simd;

import dev.tessera.kernel.TokenizerContract;

final class SimdTokenizerTest extends TokenizerContract {
  SimdTokenizerTest() {
    super("simd");
  }
}
