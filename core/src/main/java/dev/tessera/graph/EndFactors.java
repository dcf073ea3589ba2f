package dev.tessera.graph;

import java.util.Arrays;

/// What a [Normalization] multiplies the weights of a row's edges by: a function of the degrees of
/// their two ends.
sealed interface EndFactors {
  /// Puts in the place of the first `count` nodes where [#write] finds their degrees.
  default void find(int[] nodes, int count) {}

  /// Writes the factors of edges of `row`, to be multiplied by their weights.
  ///
  /// @param found what [#find] made of their other ends
  /// @param from the first edge's place in `found`
  /// @param to one past the last's
  /// @param factors written, from `at` on
  void write(int row, int[] found, int from, int to, float[] factors, int at);

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
    public void write(int row, int[] found, int from, int to, float[] factors, int at) {
      Arrays.fill(factors, at, at + to - from, reciprocal(sums[row]));
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
    public void write(int row, int[] found, int from, int to, float[] factors, int at) {
      for (int i = from; i < to; i++) {
        factors[at + i - from] = reciprocals[found[i]];
      }
    }
  }

  /// `1 / sqrt(r_i c_j)`, as `(float) (1 / Math.sqrt(r * c))` has it. Instead of a root and a
  /// division an edge, the product of two roots is taken, which rounds to the same float unless it
  /// lies within [#DOUBT] units of float64's last place of the middle between two: the roots, their
  /// product and the definition err by less than 8 together.
  final class Symmetric implements EndFactors {
    /// The bits of a double's fraction that a float has no room for.
    private static final int CUT_BITS = 29;

    private static final int DOUBT = 64;

    /// With degrees between these, products are far from where floats or doubles lose digits.
    private static final double LEAST_DEGREE = 0x1p-99;

    private static final double MOST_DEGREE = 0x1p99;

    private final DegreeTable rows;
    private final DegreeTable columns;

    /// `1 / sqrt(c)`, 0 where c is not above 0, for each of the columns' degrees.
    private final double[] roots;

    /// Whether products of roots may be trusted.
    private final boolean ordinary;

    Symmetric(DegreeTable rows, DegreeTable columns) {
      this.rows = rows;
      this.columns = columns;
      roots = new double[columns.size()];
      for (int place = 0; place < roots.length; place++) {
        roots[place] = root(columns.degree(place));
      }
      ordinary = isOrdinary(rows) && isOrdinary(columns);
    }

    private static boolean isOrdinary(DegreeTable table) {
      for (int place = 0; place < table.size(); place++) {
        double degree = table.degree(place);
        if (degree > 0 && (degree < LEAST_DEGREE || degree > MOST_DEGREE)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void find(int[] nodes, int count) {
      columns.toPlaces(nodes, count);
    }

    @Override
    public void write(int row, int[] found, int from, int to, float[] factors, int at) {
      double degree = rows.degree(rows.place(row));
      if (!ordinary || multiply(root(degree), found, from, to, factors, at) < 0) {
        for (int i = from; i < to; i++) {
          factors[at + i - from] = byDefinition(degree, columns.degree(found[i]));
        }
      }
    }

    /// Writes products; returns less than 0 if one of them is in doubt.
    private int multiply(double root, int[] found, int from, int to, float[] factors, int at) {
      double[] others = roots;
      int doubt = 0;
      for (int i = from; i < to; i++) {
        double product = root * others[found[i]];
        int cut = (int) Double.doubleToRawLongBits(product) & ((1 << CUT_BITS) - 1);
        doubt |= Math.abs(cut - (1 << (CUT_BITS - 1))) - DOUBT;
        factors[at + i - from] = (float) product;
      }
      return doubt;
    }

    private static double root(double degree) {
      return degree > 0 ? 1 / Math.sqrt(degree) : 0;
    }

    private static float byDefinition(double rowDegree, double columnDegree) {
      return rowDegree > 0 && columnDegree > 0
          ? (float) (1 / Math.sqrt(rowDegree * columnDegree))
          : 0;
    }
  }
}
