package dev.tessera.vq;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.TokenIds;

/// The nearest codewords of vectors, nearest first.
///
/// @param ids `[n x k]`
/// @param distances `[n x k]`, the float64 scores of the metric: squared distances for L2,
///   similarities for dot and cosine
public record Neighbours(TokenIds ids, DoubleMatrix distances) {}
