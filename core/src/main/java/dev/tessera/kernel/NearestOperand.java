package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;

/// The codebook of a nearest-codeword search.
///
/// @param codewords `[codes x dim]`, packed, finite, 1 to 2^31 - 1 codes, at least one column;
///   never written while a kernel uses it
/// @param metric what near means
public record NearestOperand(FloatMatrix codewords, Metric metric) {
  /// The number of codewords, K.
  public int codes() {
    return Math.toIntExact(codewords.rows());
  }

  /// The number of columns, d.
  public int dim() {
    return codewords.columns();
  }
}
