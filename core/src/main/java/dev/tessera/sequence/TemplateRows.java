package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;

/// The rows of a template whose places are filled with nodes, or with pads: the features of each
/// node, zero for a pad, and behind them what describes the place itself, the same for every
/// sequence. With the trees of [dev.tessera.graph.NeighbourTree] this is LLaGA's neighbourhood
/// detail. Immutable and thread-safe.
///
/// @param structure what describes the places, `[length x s]`
/// @param pad stands for a place without a node
public record TemplateRows(FloatMatrix structure, int pad) {
  /// The rows of one sequence.
  ///
  /// @param features `[nodes x dim]`
  /// @param sequences `[n x length]`
  /// @param row which sequence
  /// @return `[length x dim + s]`
  /// @throws IllegalArgumentException if the sequences are not as long as the structure, or a node
  ///   is neither a row of the features nor a pad: names its place
  public FloatMatrix write(FloatMatrix features, TokenIds sequences, long row) {
    if (sequences.columns() != structure.rows()) {
      throw new IllegalArgumentException(
          "the sequences have %d places, the structure has %d rows"
              .formatted(sequences.columns(), structure.rows()));
    }
    int dim = features.columns();
    FloatMatrix rows =
        FloatMatrix.allocate(structure.rows(), Math.addExact(dim, structure.columns()));
    FloatMatrix ofFeatures = rows.sliceColumns(0, dim);
    FloatMatrix ofStructure = rows.sliceColumns(dim, rows.columns());
    for (int place = 0; place < sequences.columns(); place++) {
      int node = sequences.get(row, place);
      if (node != pad && (node < 0 || node >= features.rows())) {
        throw new IllegalArgumentException(
            "row %d, place %d: the node %d is outside [0, %d), and not the pad %d"
                .formatted(row, place, node, features.rows(), pad));
      }
      if (node != pad) {
        features.copyRow(node, ofFeatures, place);
      }
      structure.copyRow(place, ofStructure, place);
    }
    return rows;
  }

  /// Sets the rows of pads to zero: what a projector's bias has made of them.
  ///
  /// @param rows `[length x any]`, of the sequence `row`
  public void clearPads(FloatMatrix rows, TokenIds sequences, long row) {
    if (rows.rows() != sequences.columns()) {
      throw new IllegalArgumentException(
          "the sequences have %d places, there are %d rows"
              .formatted(sequences.columns(), rows.rows()));
    }
    for (int place = 0; place < sequences.columns(); place++) {
      if (sequences.get(row, place) == pad) {
        for (int column = 0; column < rows.columns(); column++) {
          rows.set(place, column, 0);
        }
      }
    }
  }
}
