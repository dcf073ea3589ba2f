package dev.tessera.graph;

import java.util.Arrays;

/// What a [Normalization] multiplies the weights of a row's edges by: a function of the degrees of
/// their two ends.
sealed interface EndFactors {
  /// Writes the factors of edges of `row`, to be multiplied by their weights.
  ///
  /// @param columns their other ends, `[count]`
  /// @param factors written, from `at` on
  void write(int row, int[] columns, int count, float[] factors, int at);

  private static float reciprocal(double degree) {
    return degree > 0 ? (float) (1 / degree) : 0;
  }

  /// `1 / r_i`.
  final class OfRow implements EndFactors {
    private final double[] sums;

    /// @param sums `[nodes]`
    OfRow(double[] sums) {
      this.sums = sums;
    }

    @Override
    public void write(int row, int[] columns, int count, float[] factors, int at) {
      Arrays.fill(factors, at, at + count, reciprocal(sums[row]));
    }
  }

  /// `1 / c_j`.
  final class OfColumn implements EndFactors {
    private final float[] reciprocals;

    /// @param sums `[nodes]`
    OfColumn(double[] sums) {
      reciprocals = new float[sums.length];
      for (int node = 0; node < sums.length; node++) {
        reciprocals[node] = reciprocal(sums[node]);
      }
    }

    @Override
    public void write(int row, int[] columns, int count, float[] factors, int at) {
      for (int i = 0; i < count; i++) {
        factors[at + i] = reciprocals[columns[i]];
      }
    }
  }

  /// `1 / sqrt(r_i c_j)`, as `(float) (1 / Math.sqrt(r * c))` has it. That root and division take
  /// ten times as long as the product of two roots, which rounds to the same float unless it lies
  /// within [#DOUBT] units of float64's last place of the middle between two: the roots, their
  /// product and the definition err by less than 8 together.
  final class Symmetric implements EndFactors {
    /// The bits of a double's fraction that a float has no room for.
    private static final int CUT_BITS = 29;

    private static final int DOUBT = 64;

    /// Products between these are far from where floats or doubles lose digits.
    private static final double LEAST_PRODUCT = 0x1p-100;

    private static final double MOST_PRODUCT = 0x1p100;

    private final double[] rowSums;
    private final double[] columnSums;

    /// `1 / sqrt(c_j)`, 0 where `c_j` is not above 0.
    private final double[] columnRoots;

    /// @param rowSums `[nodes]`
    /// @param columnSums `[nodes]`
    Symmetric(double[] rowSums, double[] columnSums) {
      this.rowSums = rowSums;
      this.columnSums = columnSums;
      columnRoots = new double[columnSums.length];
      for (int node = 0; node < columnRoots.length; node++) {
        columnRoots[node] = root(columnSums[node]);
      }
    }

    @Override
    public void write(int row, int[] columns, int count, float[] factors, int at) {
      double[] roots = columnRoots;
      double root = root(rowSums[row]);
      for (int i = 0; i < count; i++) {
        double product = root * roots[columns[i]];
        factors[at + i] =
            isCertain(product)
                ? (float) product
                : byDefinition(rowSums[row], columnSums[columns[i]]);
      }
    }

    private static double root(double degree) {
      return degree > 0 ? 1 / Math.sqrt(degree) : 0;
    }

    private static boolean isCertain(double product) {
      int cut = (int) Double.doubleToRawLongBits(product) & ((1 << CUT_BITS) - 1);
      return Math.abs(cut - (1 << (CUT_BITS - 1))) > DOUBT
          && product >= LEAST_PRODUCT
          && product <= MOST_PRODUCT;
    }

    private static float byDefinition(double rowDegree, double columnDegree) {
      return rowDegree > 0 && columnDegree > 0
          ? (float) (1 / Math.sqrt(rowDegree * columnDegree))
          : 0;
    }
  }
}
