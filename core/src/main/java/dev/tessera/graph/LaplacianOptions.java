package dev.tessera.graph;

/// How a Laplacian encoding is computed.
///
/// @param dimensions eigenvectors, k; at least 1
/// @param seed of the vectors that the iteration starts from; where an eigenvalue has several
///   eigenvectors, it decides on the basis
/// @param tolerance the norm of `L v - lambda v` at which a unit vector v is taken for an
///   eigenvector, above 0; rounding leaves some 1e-15
/// @param mostProducts products of matrix and vector after which the iteration gives up
/// @param threads how many work; changes no result
public record LaplacianOptions(
    int dimensions, long seed, double tolerance, long mostProducts, int threads) {
  /// Checks the ranges.
  public LaplacianOptions {
    if (dimensions < 1) {
      throw new IllegalArgumentException("an encoding has at least 1 dimension, not " + dimensions);
    }
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("the tolerance is above 0, but was " + tolerance);
    }
    if (mostProducts < 1) {
      throw new IllegalArgumentException("at least 1 product is needed, not " + mostProducts);
    }
    NodeBatches.checkThreads(threads);
  }

  /// `dimensions` eigenvectors to 1e-10, in at most 10,000 products, on all processors.
  public static LaplacianOptions of(int dimensions, long seed) {
    return new LaplacianOptions(dimensions, seed, 1e-10, 10_000, NodeBatches.defaultThreads());
  }

  /// These options with another tolerance.
  public LaplacianOptions withTolerance(double other) {
    return new LaplacianOptions(dimensions, seed, other, mostProducts, threads);
  }

  /// These options with another limit of products.
  public LaplacianOptions withMostProducts(long limit) {
    return new LaplacianOptions(dimensions, seed, tolerance, limit, threads);
  }

  /// These options on another number of threads.
  public LaplacianOptions withThreads(int count) {
    return new LaplacianOptions(dimensions, seed, tolerance, mostProducts, count);
  }
}
