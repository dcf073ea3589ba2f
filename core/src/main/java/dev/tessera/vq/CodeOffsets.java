package dev.tessera.vq;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// One vocabulary for the codes of several codebooks: code c of column q is the flat id `c +
/// offset(q)`, where `offset(q)` is the number of codes before column q; with K codes each, `q K +
/// c`. The id -1, no code, stays -1 both ways. Immutable.
///
/// Systems embed flat ids (GQT's dictionary of 3 x 4096, GFT's 4 x 128): `Codebook.concatenate` has
/// the codewords in the same order.
public final class CodeOffsets {
  private final int[] ends;

  private CodeOffsets(int[] ends) {
    this.ends = ends;
  }

  /// Offsets of columns with so many codes each.
  ///
  /// @throws IllegalArgumentException if there is no column, one has no code, or all together have
  ///   2^31 codes or more
  public static CodeOffsets of(int... sizes) {
    if (sizes.length == 0) {
      throw new IllegalArgumentException("offsets need at least 1 column of codes");
    }
    int[] ends = new int[sizes.length];
    long total = 0;
    for (int column = 0; column < sizes.length; column++) {
      if (sizes[column] < 1) {
        throw new IllegalArgumentException(
            "column %d has at least 1 code, not %d".formatted(column, sizes[column]));
      }
      total += sizes[column];
      if (total > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "columns 0 to %d have %d codes, ids reach to %d"
                .formatted(column, total, Integer.MAX_VALUE));
      }
      ends[column] = (int) total;
    }
    return new CodeOffsets(ends);
  }

  /// The number of columns.
  public int columns() {
    return ends.length;
  }

  /// The number of flat ids.
  public int size() {
    return ends[ends.length - 1];
  }

  /// The flat id of a column's code 0.
  public int offset(int column) {
    return column == 0 ? 0 : ends[column - 1];
  }

  /// Flat ids of codes: `[n x columns] -> [n x columns]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or a code is outside its
  ///   codebook; names row and column
  public TokenIds flatten(TokenIds codes) {
    return move(codes, true);
  }

  /// Codes of flat ids: `[n x columns] -> [n x columns]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or an id is not of its column;
  ///   names row and column
  public TokenIds unflatten(TokenIds flat) {
    return move(flat, false);
  }

  private TokenIds move(TokenIds ids, boolean up) {
    if (ids.columns() != ends.length) {
      throw new IllegalArgumentException(
          "the ids have %d columns, there are %d codebooks".formatted(ids.columns(), ends.length));
    }
    TokenIds moved = TokenIds.allocate(ids.rows(), ids.columns());
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < ends.length; column++) {
        int id = ids.get(row, column);
        int low = up ? 0 : offset(column);
        int high = up ? ends[column] - offset(column) : ends[column];
        if (id != -1 && (id < low || id >= high)) {
          throw new IllegalArgumentException(
              "row %d has the id %d in column %d, which is outside [%d, %d)"
                  .formatted(row, id, column, low, high));
        }
        int distance = up ? offset(column) : -offset(column);
        moved.set(row, column, id == -1 ? -1 : id + distance);
      }
    }
    return moved;
  }

  /// The offsets and the size.
  @Override
  public String toString() {
    int[] begins = new int[ends.length];
    Arrays.setAll(begins, this::offset);
    return "CodeOffsets" + Arrays.toString(begins) + " of " + size();
  }
}
