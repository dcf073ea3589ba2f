package dev.tessera.recipe;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// The tiles of LLaVA 1.6: an image of any size is seen once as a whole and once in tiles, whose
/// patches are put together into one grid; rows that only pad the picture are cut off, and each row
/// of patches is ended by a learned row. Follows `haotian-liu/LLaVA` at commit c121f04.
public final class LlavaTiles {
  private LlavaTiles() {}

  /// A size in pixels, or in tiles.
  public record Size(int width, int height) {
    /// Checks that nothing is empty.
    public Size {
      if (width < 1 || height < 1) {
        throw new IllegalArgumentException(
            "a width and a height are at least 1, not %d and %d".formatted(width, height));
      }
    }

    private long area() {
      return (long) width * height;
    }
  }

  /// The resolution that an image is scaled to: of those that keep most of its pixels the one that
  /// wastes fewest; of equal ones the first.
  public static Size resolution(Size image, List<Size> possible) {
    if (possible.isEmpty()) {
      throw new IllegalArgumentException("there is no resolution to choose from");
    }
    Size best = possible.getFirst();
    long mostKept = -1;
    long leastWasted = Long.MAX_VALUE;
    for (Size size : possible) {
      double scale =
          Math.min((double) size.width() / image.width(), (double) size.height() / image.height());
      long scaledWidth = (long) (image.width() * scale);
      long scaledHeight = (long) (image.height() * scale);
      long kept = Math.min(scaledWidth * scaledHeight, image.area());
      long wasted = size.area() - kept;
      if (kept > mostKept || (kept == mostKept && wasted < leastWasted)) {
        best = size;
        mostKept = kept;
        leastWasted = wasted;
      }
    }
    return best;
  }

  /// The rows of an image: those of the whole, then the grid of all tiles, row by row, each row
  /// ended by `newline`.
  ///
  /// @param whole the projected patches of the image as a whole, `[side * side x d]`
  /// @param tiles the projected patches of each tile, row by row of tiles, `[side * side x d]` each
  /// @param grid how many tiles side by side, and one above the other
  /// @param image the size of the picture before it was scaled and padded
  /// @param newline the model's `image_newline`, `[1 x d]`
  /// @throws IllegalArgumentException if there are not as many tiles as the grid has, or the shapes
  ///   differ
  public static FloatMatrix rows(
      FloatMatrix whole, List<FloatMatrix> tiles, Size grid, Size image, FloatMatrix newline) {
    int side = (int) Math.sqrt((double) whole.rows());
    check(whole, tiles, grid, newline, side);
    int width = grid.width() * side;
    int height = grid.height() * side;
    int left = 0;
    int top = 0;
    if ((double) image.width() / image.height() > (double) width / height) {
      top = (height - (int) (image.height() * ((double) width / image.width()))) / 2;
    } else {
      left = (width - (int) (image.width() * ((double) height / image.height()))) / 2;
    }
    int keptRows = height - 2 * top;
    int keptColumns = width - 2 * left;
    long count = whole.rows() + (long) keptRows * (keptColumns + 1);
    FloatMatrix rows = FloatMatrix.allocate(count, whole.columns());
    long at = 0;
    for (; at < whole.rows(); at++) {
      whole.copyRow(at, rows, at);
    }
    for (int y = top; y < height - top; y++) {
      for (int x = left; x < width - left; x++) {
        FloatMatrix tile = tiles.get(y / side * grid.width() + x / side);
        tile.copyRow((long) (y % side) * side + x % side, rows, at++);
      }
      newline.copyRow(0, rows, at++);
    }
    return rows;
  }

  private static void check(
      FloatMatrix whole, List<FloatMatrix> tiles, Size grid, FloatMatrix newline, int side) {
    if ((long) side * side != whole.rows()) {
      throw new IllegalArgumentException(
          "the patches of a square are expected, found %d".formatted(whole.rows()));
    }
    if (tiles.size() != grid.area()) {
      throw new IllegalArgumentException(
          "a grid of %d x %d has %d tiles, found %d"
              .formatted(grid.width(), grid.height(), grid.area(), tiles.size()));
    }
    for (FloatMatrix tile : tiles) {
      if (tile.rows() != whole.rows() || tile.columns() != whole.columns()) {
        throw new IllegalArgumentException("the whole is %s, a tile %s".formatted(whole, tile));
      }
    }
    if (newline.rows() != 1 || newline.columns() != whole.columns()) {
      throw new IllegalArgumentException(
          "the end of a row has the shape [1 x %d], found %s".formatted(whole.columns(), newline));
    }
  }
}
