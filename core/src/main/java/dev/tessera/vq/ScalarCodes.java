package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Optional;

/// What quantizers without a codebook share: rows one by one, and the checks of shapes, NaN and
/// ids.
final class ScalarCodes {
  /// The id of a row without NaN and infinities.
  interface RowCode {
    int of(FloatMatrix vectors, long row);
  }

  private ScalarCodes() {}

  /// `[n x columns] -> [n x 1]`.
  static TokenIds encode(FloatMatrix vectors, int columns, NanPolicy nanPolicy, RowCode code) {
    if (vectors.columns() != columns) {
      throw new IllegalArgumentException(
          "the vectors have %d columns, the quantizer has %d"
              .formatted(vectors.columns(), columns));
    }
    TokenIds ids = TokenIds.allocate(vectors.rows());
    for (long row = 0; row < vectors.rows(); row++) {
      Optional<NonFinite> place = NonFinite.findInRow(vectors, row);
      if (place.isPresent() && nanPolicy == NanPolicy.ERROR) {
        throw new IllegalArgumentException(
            "row "
                + place.get()
                + "; such a vector has no code (NanPolicy.SKIP gives it the id -1)");
      }
      ids.set(row, 0, place.isPresent() ? -1 : code.of(vectors, row));
    }
    return ids;
  }

  /// Refuses ids outside `[0, size)`, and more than one column.
  static void check(TokenIds ids, long size) {
    if (ids.columns() != 1) {
      throw new IllegalArgumentException("the ids have 1 column, not " + ids.columns());
    }
    for (long row = 0; row < ids.rows(); row++) {
      int id = ids.get(row);
      if (id < 0 || id >= size) {
        throw new IllegalArgumentException(
            "row %d has the id %d, which is outside [0, %d)".formatted(row, id, size));
      }
    }
  }
}
