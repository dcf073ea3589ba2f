package dev.tessera.kernels.simd;

import java.util.Comparator;
import java.util.stream.IntStream;

/// Eigenvectors of a small symmetric matrix by Jacobi's cyclic rotations (Golub and Van Loan,
/// Matrix Computations, section 8.5).
final class SymmetricEigenvectors {
  private static final int MOST_SWEEPS = 30;
  private static final double CONVERGED = 1e-12;

  private SymmetricEigenvectors() {}

  /// The eigenvectors as rows, that of the greatest eigenvalue first. `matrix` is overwritten.
  static double[][] of(double[][] matrix) {
    int n = matrix.length;
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
    }
    for (int sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(matrix); sweep++) {
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          rotate(matrix, vectors, p, q);
        }
      }
    }
    return IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -matrix[i][i]))
        .map(i -> vectors[i])
        .toArray(double[][]::new);
  }

  private static boolean isDiagonal(double[][] matrix) {
    double diagonal = 0;
    double rest = 0;
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix.length; j++) {
        double square = matrix[i][j] * matrix[i][j];
        if (i == j) {
          diagonal += square;
        } else {
          rest += square;
        }
      }
    }
    return rest <= CONVERGED * diagonal;
  }

  /// Turns axes p and q so that element (p, q) vanishes.
  private static void rotate(double[][] matrix, double[][] vectors, int p, int q) {
    double element = matrix[p][q];
    if (element == 0) {
      return;
    }
    double theta = (matrix[q][q] - matrix[p][p]) / (2 * element);
    double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cosine = 1 / Math.sqrt(tangent * tangent + 1);
    double sine = tangent * cosine;
    for (double[] row : matrix) {
      double a = row[p];
      double b = row[q];
      row[p] = cosine * a - sine * b;
      row[q] = sine * a + cosine * b;
    }
    for (double[][] rows : new double[][][] {matrix, vectors}) {
      for (int i = 0; i < matrix.length; i++) {
        double a = rows[p][i];
        double b = rows[q][i];
        rows[p][i] = cosine * a - sine * b;
        rows[q][i] = sine * a + cosine * b;
      }
    }
  }
}
