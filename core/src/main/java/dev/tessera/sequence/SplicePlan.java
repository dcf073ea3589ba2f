package dev.tessera.sequence;

import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;

/// Pieces of ids and of features, one behind the other, that make up a sequence. Not thread-safe.
final class SplicePlan {
  private static final int IDS = -1;

  /// Rows `from` (inclusive) to `to` (exclusive) of a feature, or ids at these positions.
  private record Piece(int feature, long from, long to) {}

  private final List<Piece> pieces = new ArrayList<>();
  private long length;

  /// Ids go on, from position `from` (inclusive) to `to` (exclusive).
  void ids(int from, int to) {
    add(IDS, from, to);
  }

  /// Rows of a feature go on.
  void feature(int feature, long from, long to) {
    add(feature, from, to);
  }

  /// All rows of all features go on.
  void allOf(List<FloatMatrix> features) {
    for (int i = 0; i < features.size(); i++) {
      feature(i, 0, features.get(i).rows());
    }
  }

  private void add(int feature, long from, long to) {
    if (from < to) {
      pieces.add(new Piece(feature, from, to));
      length += to - from;
    }
  }

  EmbeddedSequence embed(int[] ids, int[] labels, FloatMatrix table, List<FloatMatrix> features) {
    int[] allLabels = Labels.none(Math.toIntExact(length));
    FloatMatrix rows = FloatMatrix.allocate(length, table.columns());
    int at = 0;
    for (Piece piece : pieces) {
      int count = (int) (piece.to() - piece.from());
      if (piece.feature() == IDS) {
        int from = (int) piece.from();
        for (int i = 0; i < count; i++) {
          table.copyRow(checkedId(ids, from + i, table), rows, at + i);
        }
        System.arraycopy(labels, from, allLabels, at, count);
      } else {
        FloatMatrix feature = features.get(piece.feature());
        for (int i = 0; i < count; i++) {
          feature.copyRow(piece.from() + i, rows, at + i);
        }
      }
      at += count;
    }
    return new EmbeddedSequence(rows, allLabels);
  }

  private static int checkedId(int[] ids, int position, FloatMatrix table) {
    int id = ids[position];
    if (id < 0 || id >= table.rows()) {
      throw new IllegalArgumentException(
          "position %d has the id %d, the embedding table has the rows [0, %d)"
              .formatted(position, id, table.rows()));
    }
    return id;
  }
}
