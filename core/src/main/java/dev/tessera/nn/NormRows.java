package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import org.jspecify.annotations.Nullable;

/// What all norms have in common: a vector of weights a column, and rows that go through an array.
final class NormRows {
  private NormRows() {}

  /// What a norm does with a row.
  @FunctionalInterface
  interface Row {
    /// Normalises `row` in place.
    void normalise(float[] row);
  }

  /// The elements of a vector `[1 x d]`.
  ///
  /// @param what its name, for errors
  static float[] vector(FloatMatrix vector, String what, int columns) {
    if (vector.rows() != 1 || vector.columns() != columns) {
      throw new IllegalArgumentException(
          "a norm of %d columns needs %s [1 x %d], not [%d x %d]"
              .formatted(columns, what, columns, vector.rows(), vector.columns()));
    }
    return vector.toArray();
  }

  /// Normalises the rows of `x`, or of `x + residual`, into `y`.
  static void run(
      int columns, FloatMatrix x, @Nullable FloatMatrix residual, FloatMatrix y, Row norm) {
    check(columns, x, x.rows());
    check(columns, y, x.rows());
    float[] row = new float[columns];
    float[] other = new float[columns];
    if (residual != null) {
      check(columns, residual, x.rows());
    }
    for (long r = 0; r < x.rows(); r++) {
      x.copyRow(r, row, 0);
      if (residual != null) {
        residual.copyRow(r, other, 0);
        add(other, row);
      }
      norm.normalise(row);
      y.setRow(r, row);
    }
  }

  private static void check(int columns, FloatMatrix matrix, long rows) {
    if (matrix.columns() != columns || matrix.rows() != rows) {
      throw new IllegalArgumentException(
          "a norm of %d columns and %d rows got [%d x %d]"
              .formatted(columns, rows, matrix.rows(), matrix.columns()));
    }
  }

  private static void add(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }
}
