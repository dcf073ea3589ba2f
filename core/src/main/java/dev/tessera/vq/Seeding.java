package dev.tessera.vq;

/// How k-means finds its first codewords.
public enum Seeding {
  /// Distinct rows, drawn uniformly.
  RANDOM,
  /// k-means++ (Arthur and Vassilvitskii, SODA 2007): each next codeword is a row drawn with a
  /// probability proportional to its squared distance from the codewords so far; over a uniform
  /// sample of eight rows a codeword, at least 4096.
  KMEANS_PLUS_PLUS
}
