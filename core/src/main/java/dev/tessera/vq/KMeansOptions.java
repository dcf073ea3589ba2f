package dev.tessera.vq;

import dev.tessera.kernel.Metric;

/// How a codebook is learned.
///
/// @param codes the number of codewords, K; at least 1
/// @param seed of the random choices; the same seed gives the same codebook on every backend and
///   thread count
/// @param iterations the greatest number of Lloyd steps; at least 1
/// @param metric [Metric#L2], or [Metric#COSINE] for spherical k-means over normalised vectors
/// @param seeding how the first codewords are found
public record KMeansOptions(int codes, long seed, int iterations, Metric metric, Seeding seeding) {
  /// Checks counts and metric.
  public KMeansOptions {
    if (codes < 1) {
      throw new IllegalArgumentException("a codebook has at least 1 codeword, not " + codes);
    }
    if (iterations < 1) {
      throw new IllegalArgumentException("k-means needs at least 1 iteration, not " + iterations);
    }
    if (metric == Metric.DOT) {
      throw new IllegalArgumentException(
          "k-means needs a distance: the metric is L2 or COSINE, not DOT");
    }
  }

  /// Squared distances, k-means++ seeding, at most 25 iterations.
  public static KMeansOptions of(int codes, long seed) {
    return new KMeansOptions(codes, seed, 25, Metric.L2, Seeding.KMEANS_PLUS_PLUS);
  }

  /// These options with another limit of iterations.
  public KMeansOptions withIterations(int limit) {
    return new KMeansOptions(codes, seed, limit, metric, seeding);
  }

  /// These options with another metric.
  public KMeansOptions withMetric(Metric other) {
    return new KMeansOptions(codes, seed, iterations, other, seeding);
  }

  /// These options with another seeding.
  public KMeansOptions withSeeding(Seeding other) {
    return new KMeansOptions(codes, seed, iterations, metric, other);
  }
}
