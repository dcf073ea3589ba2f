package dev.tessera.kernel;

import dev.tessera.tensor.TokenIds;
import java.util.Objects;

/// For each point the half-open range `[low, high)` of the codes that it may get.
public final class CodeRanges {
  private final TokenIds bounds;

  private CodeRanges(TokenIds bounds) {
    this.bounds = bounds;
  }

  /// Ranges from `[n x 2]`: low and high of each row. The memory is shared, not copied.
  ///
  /// @throws IllegalArgumentException if there are not two columns
  public static CodeRanges of(TokenIds bounds) {
    if (bounds.columns() != 2) {
      throw new IllegalArgumentException(
          "code ranges have 2 columns, low and high, not " + bounds.columns());
    }
    return new CodeRanges(bounds);
  }

  /// Ranges from two arrays of the same length.
  public static CodeRanges of(int[] lows, int[] highs) {
    if (lows.length != highs.length) {
      throw new IllegalArgumentException(
          "there are " + lows.length + " lows and " + highs.length + " highs");
    }
    int[] bounds = new int[Math.multiplyExact(2, lows.length)];
    for (int row = 0; row < lows.length; row++) {
      bounds[2 * row] = lows[row];
      bounds[2 * row + 1] = highs[row];
    }
    return new CodeRanges(TokenIds.of(bounds, lows.length, 2));
  }

  /// The number of points.
  public long rows() {
    return bounds.rows();
  }

  /// The first code that the point in `row` may get.
  public int low(long row) {
    return bounds.get(row, 0);
  }

  /// One past the last code that the point in `row` may get.
  public int high(long row) {
    return bounds.get(row, 1);
  }

  /// The ranges of rows `from` (inclusive) to `to` (exclusive).
  public CodeRanges slice(long from, long to) {
    return new CodeRanges(bounds.slice(from, to));
  }

  /// Refuses what no search over `codes` codewords can answer.
  ///
  /// @throws IllegalArgumentException naming the first row whose range is empty or not inside `[0,
  ///   codes)`, or both row counts where they differ
  public void check(long rows, int codes) {
    if (rows() != rows) {
      throw new IllegalArgumentException("there are " + rows + " points and " + rows() + " ranges");
    }
    for (long row = 0; row < rows; row++) {
      if (low(row) < 0 || high(row) > codes || low(row) >= high(row)) {
        throw new IllegalArgumentException(
            "row %d has the range [%d, %d), which is %s of [0, %d)"
                .formatted(
                    row,
                    low(row),
                    high(row),
                    low(row) >= high(row) ? "an empty part" : "not a part",
                    codes));
      }
    }
  }

  @Override
  public String toString() {
    return "CodeRanges[" + Objects.toString(rows()) + " rows]";
  }
}
