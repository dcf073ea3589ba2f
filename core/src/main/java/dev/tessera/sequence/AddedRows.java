package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;

/// Tables of embeddings with rows for tokens that were added to a vocabulary, behind those that
/// were there.
public final class AddedRows {
  private AddedRows() {}

  /// The table with rows that each are the mean of the old ones, in float64, rounded once: what
  /// LLaVA and GraphGPT begin with for their markers.
  ///
  /// @param table `[ids x dim]`, with at least one row
  /// @param count how many tokens were added
  /// @return `[ids + count x dim]`, a copy
  public static FloatMatrix mean(FloatMatrix table, int count) {
    if (table.rows() == 0) {
      throw new IllegalArgumentException("a table without rows has no mean: " + table);
    }
    FloatMatrix grown = zero(table, count);
    double[] sums = new double[table.columns()];
    for (long row = 0; row < table.rows(); row++) {
      for (int column = 0; column < sums.length; column++) {
        sums[column] += table.get(row, column);
      }
    }
    for (long row = table.rows(); row < grown.rows(); row++) {
      for (int column = 0; column < sums.length; column++) {
        grown.set(row, column, (float) (sums[column] / table.rows()));
      }
    }
    return grown;
  }

  /// The table with rows of zeros: what TEA-GLM has for its node tokens, whose rows are
  /// overwritten.
  ///
  /// @param table `[ids x dim]`
  /// @param count how many tokens were added
  /// @return `[ids + count x dim]`, a copy
  public static FloatMatrix zero(FloatMatrix table, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("at least 0 tokens are added, not " + count);
    }
    FloatMatrix grown = FloatMatrix.allocate(table.rows() + count, table.columns());
    for (long row = 0; row < table.rows(); row++) {
      table.copyRow(row, grown, row);
    }
    return grown;
  }
}
