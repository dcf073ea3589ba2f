package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How near a codeword c is to a point x, in float64 over float32 operands widened first, `i`
/// ascending. These chains *are* the definition: every backend returns the ids that they give, and
/// reports their values.
public enum Metric {
  /// Squared Euclidean distance: `t = x_i - c_i; acc = fma(t, t, acc)`. The smallest wins.
  L2 {
    @Override
    public double score(
        MemorySegment points, long point, MemorySegment codewords, long codeword, int dim) {
      double acc = 0;
      for (int i = 0; i < dim; i++) {
        double t = (double) element(points, point, i) - element(codewords, codeword, i);
        acc = Math.fma(t, t, acc);
      }
      return acc;
    }
  },

  /// Inner product: `acc = fma(x_i, c_i, acc)`. The largest wins.
  DOT {
    @Override
    public double score(
        MemorySegment points, long point, MemorySegment codewords, long codeword, int dim) {
      double acc = 0;
      for (int i = 0; i < dim; i++) {
        acc = Math.fma((double) element(points, point, i), element(codewords, codeword, i), acc);
      }
      return acc;
    }
  },

  /// The inner product divided by the codeword's norm, `max(sqrt(sum fma(c_i, c_i, acc)), 1e-12)`.
  /// The point's norm changes no id and does not enter. The largest wins.
  COSINE {
    @Override
    public double score(
        MemorySegment points, long point, MemorySegment codewords, long codeword, int dim) {
      return DOT.score(points, point, codewords, codeword, dim) / norm(codewords, codeword, dim);
    }
  };

  /// The least norm that [#COSINE] divides by.
  public static final double LEAST_NORM = 1e-12;

  private static final ValueLayout.OfFloat ELEMENT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// The definition's value for one point and one codeword.
  ///
  /// @param point byte offset of the point's first element in `points`
  /// @param codeword byte offset of the codeword's first element in `codewords`
  /// @param dim number of elements of both
  public abstract double score(
      MemorySegment points, long point, MemorySegment codewords, long codeword, int dim);

  /// Whether score `a` beats score `b`. Equal scores beat neither way: the lowest index stays.
  public boolean isBetter(double a, double b) {
    return this == L2 ? a < b : a > b;
  }

  /// A score that every other one beats.
  public double worst() {
    return this == L2 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /// The norm that [#COSINE] divides by: `max(sqrt(sum fma(c_i, c_i, acc)), 1e-12)`.
  ///
  /// @param vector byte offset of the vector's first element in `vectors`
  public static double norm(MemorySegment vectors, long vector, int dim) {
    double acc = 0;
    for (int i = 0; i < dim; i++) {
      double value = element(vectors, vector, i);
      acc = Math.fma(value, value, acc);
    }
    return Math.max(Math.sqrt(acc), LEAST_NORM);
  }

  private static float element(MemorySegment vectors, long vector, int i) {
    return vectors.get(ELEMENT, vector + (long) i * Float.BYTES);
  }
}
