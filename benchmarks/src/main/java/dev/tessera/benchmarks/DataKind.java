package dev.tessera.benchmarks;

/// Where the points and the codewords of a benchmark come from.
public enum DataKind {
  /// A [GaussianMixture], with a codebook learned from other rows of it.
  MIXTURE,
  /// Independent standard normal points *and* codewords: no structure that a search could use.
  GAUSSIAN,
  /// As [#MIXTURE], with the codeword in the middle replaced by one of norm 1e30, whose square
  /// overflows float32.
  OUTLIER,
  /// [PicturePatches], with a codebook learned from others of them.
  PICTURE
}
