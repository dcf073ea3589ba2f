package dev.tessera.graph;

import java.util.Arrays;
import java.util.Comparator;

/// All eigenvalues and eigenvectors of a small symmetric matrix by the cyclic Jacobi method (Golub
/// and Van Loan, "Matrix Computations", section 8.5): rotations that make one pair of elements
/// after the other 0, until all are.
///
/// @param values descending
/// @param vectors `vectors[i][c]` is element i of the eigenvector of `values[c]`
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record SymmetricEigen(double[] values, double[][] vectors) {
  /// Ten would do: convergence is quadratic.
  private static final int MOST_SWEEPS = 60;

  /// Decomposes the `size` first rows and columns of `matrix`, which is left as it is.
  static SymmetricEigen of(double[][] matrix, int size) {
    double[][] a = new double[size][];
    double[][] v = new double[size][size];
    double scale = 0;
    for (int i = 0; i < size; i++) {
      a[i] = Arrays.copyOf(matrix[i], size);
      v[i][i] = 1;
      for (double value : a[i]) {
        scale = Math.max(scale, Math.abs(value));
      }
    }
    double negligible = scale * 0x1.0p-60;
    boolean rotated = true;
    for (int sweep = 0; sweep < MOST_SWEEPS && rotated; sweep++) {
      rotated = false;
      for (int p = 0; p < size - 1; p++) {
        for (int q = p + 1; q < size; q++) {
          if (Math.abs(a[p][q]) > negligible) {
            rotate(a, v, p, q);
            rotated = true;
          }
        }
      }
    }
    return sorted(a, v);
  }

  /// Makes `a[p][q]` 0 by the smaller of the two angles that do. Rows of `v` are eigenvectors here.
  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cosine = 1 / Math.sqrt(t * t + 1);
    double sine = t * cosine;
    double shift = t * a[p][q];
    a[p][p] -= shift;
    a[q][q] += shift;
    a[p][q] = 0;
    a[q][p] = 0;
    for (int i = 0; i < a.length; i++) {
      if (i != p && i != q) {
        double aip = a[p][i];
        double aiq = a[q][i];
        a[p][i] = cosine * aip - sine * aiq;
        a[q][i] = sine * aip + cosine * aiq;
        a[i][p] = a[p][i];
        a[i][q] = a[q][i];
      }
      double vip = v[p][i];
      double viq = v[q][i];
      v[p][i] = cosine * vip - sine * viq;
      v[q][i] = sine * vip + cosine * viq;
    }
  }

  private static SymmetricEigen sorted(double[][] a, double[][] v) {
    int size = a.length;
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble((Integer i) -> -a[i][i]));
    double[] values = new double[size];
    double[][] vectors = new double[size][size];
    for (int c = 0; c < size; c++) {
      values[c] = a[order[c]][order[c]];
      for (int i = 0; i < size; i++) {
        vectors[i][c] = v[order[c]][i];
      }
    }
    return new SymmetricEigen(values, vectors);
  }
}
