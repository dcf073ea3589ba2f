package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// Rows of a chunk that guesses do not decide: put aside, and searched for together. For one
/// thread.
final class LeftRows {
  private final Search unguided;
  private final Search.Scratch scratch;
  private final int[] rows;
  private final FloatMatrix points;
  private final TokenIds ids;
  private final DoubleMatrix distances;
  private int count;
  private int soFar;

  /// @param unguided searches for them
  /// @param scratch its memory
  LeftRows(Search unguided, Search.Scratch scratch, int dim) {
    this.unguided = unguided;
    this.scratch = scratch;
    rows = new int[unguided.chunkRows()];
    points = FloatMatrix.allocate(rows.length, dim);
    ids = TokenIds.allocate(rows.length);
    distances = DoubleMatrix.allocate(rows.length, 1);
  }

  /// A chunk begins.
  void begin() {
    count = 0;
    soFar = 0;
  }

  /// Puts `row` of the chunk from `from` on aside, and searches for all that are when there is no
  /// more room.
  void add(
      FloatMatrix given,
      long from,
      int row,
      TokenIds foundIds,
      @Nullable DoubleMatrix foundDistances) {
    given.copyRow(from + row, points, count);
    rows[count++] = row;
    soFar++;
    if (count == rows.length) {
      search(from, foundIds, foundDistances);
    }
  }

  /// Searches for the rows that are put aside.
  void search(long from, TokenIds foundIds, @Nullable DoubleMatrix foundDistances) {
    int searched = count;
    count = 0;
    if (searched == 0) {
      return;
    }
    unguided.search(
        scratch,
        points,
        0,
        searched,
        NearestOptions.SINGLE,
        ids,
        foundDistances == null ? null : distances);
    for (int i = 0; i < searched; i++) {
      foundIds.set(from + rows[i], 0, ids.get(i));
      if (foundDistances != null) {
        foundDistances.set(from + rows[i], 0, distances.get(i, 0));
      }
    }
  }

  /// How many rows of the chunk were put aside.
  int soFar() {
    return soFar;
  }
}
