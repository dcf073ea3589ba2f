package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import java.util.Optional;

/// Where a matrix holds a NaN or an infinity.
///
/// @param row the first row that holds one
/// @param column the first column of that row
/// @param value what stands there
record NonFinite(long row, int column, float value) {

  static Optional<NonFinite> find(FloatMatrix matrix) {
    for (long row = 0; row < matrix.rows(); row++) {
      Optional<NonFinite> place = findInRow(matrix, row);
      if (place.isPresent()) {
        return place;
      }
    }
    return Optional.empty();
  }

  static Optional<NonFinite> findInRow(FloatMatrix matrix, long row) {
    for (int column = 0; column < matrix.columns(); column++) {
      float value = matrix.get(row, column);
      if (!Float.isFinite(value)) {
        return Optional.of(new NonFinite(row, column, value));
      }
    }
    return Optional.empty();
  }

  /// As in `5 holds NaN in column 3`, to stand behind `row` or `codeword`.
  @Override
  public String toString() {
    return row + " holds " + value + " in column " + column;
  }
}
