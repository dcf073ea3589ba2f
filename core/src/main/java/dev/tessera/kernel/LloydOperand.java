package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;

/// What k-means works on.
///
/// @param vectors `[n x dim]`, finite, n below 2^31; never written while a kernel uses them
/// @param codes the number of codewords, K
/// @param metric what near means
public record LloydOperand(FloatMatrix vectors, int codes, Metric metric) {}
