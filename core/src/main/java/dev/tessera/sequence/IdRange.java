package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;

/// A range of ids that has a name: the codes 0 to `size - 1` have the ids `first` to `end() - 1`.
///
/// @param name what the codes are, as in `image`
/// @param first the id of code 0
/// @param size the number of codes, at least 1
public record IdRange(String name, int first, int size) {
  /// Checks that there is a code, and that all ids are in `[0, 2^31 - 1)`.
  public IdRange {
    if (first < 0 || size < 1 || size > Integer.MAX_VALUE - first) {
      throw new IllegalArgumentException(
          "%s: a range has at least 1 id, all in [0, %d), not %d from %d on"
              .formatted(name, Integer.MAX_VALUE, size, first));
    }
  }

  /// A range of one id, as a special token is.
  public static IdRange single(String name, int id) {
    return new IdRange(name, id, 1);
  }

  /// One past the last id.
  public int end() {
    return first + size;
  }

  /// Whether `id` is one of these.
  public boolean contains(int id) {
    return id >= first && id < end();
  }

  /// Whether the two have an id in common.
  boolean overlaps(IdRange other) {
    return first < other.end() && other.first < end();
  }

  /// The id of a code.
  ///
  /// @throws IllegalArgumentException if there is no such code
  public int id(int code) {
    if (code < 0 || code >= size) {
      throw new IllegalArgumentException(
          "the code %d of %s is outside [0, %d)".formatted(code, name, size));
    }
    return first + code;
  }

  /// The code of an id.
  ///
  /// @throws IllegalArgumentException if the id is not in the range
  public int code(int id) {
    if (!contains(id)) {
      throw new IllegalArgumentException(
          "the id %d is outside [%d, %d), the ids of %s".formatted(id, first, end(), name));
    }
    return id - first;
  }

  /// The ids of many codes: those of an image `[h x w]` in raster order, row after row.
  ///
  /// @throws IllegalArgumentException if a code is outside the range; names its row and column
  public int[] ids(TokenIds codes) {
    int[] ids = codes.toArray();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] < 0 || ids[i] >= size) {
        throw new IllegalArgumentException(
            "row %d, column %d: the code %d of %s is outside [0, %d)"
                .formatted(i / codes.columns(), i % codes.columns(), ids[i], name, size));
      }
      ids[i] += first;
    }
    return ids;
  }

  /// As in `image [32000, 40192)`.
  @Override
  public String toString() {
    return "%s [%d, %d)".formatted(name, first, end());
  }
}
