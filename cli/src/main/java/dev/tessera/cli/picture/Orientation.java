package dev.tessera.cli.picture;

/// How a camera was held (the Exif tag 0x0112): which stored pixel is seen at (x, y) of the upright
/// picture. Named by where the stored picture's first row and first column are seen.
enum Orientation {
  TOP_LEFT(false, false, false),
  TOP_RIGHT(false, true, false),
  BOTTOM_RIGHT(false, true, true),
  BOTTOM_LEFT(false, false, true),
  LEFT_TOP(true, false, false),
  RIGHT_TOP(true, false, true),
  RIGHT_BOTTOM(true, true, true),
  LEFT_BOTTOM(true, true, false);

  private final boolean transposed;
  private final boolean columnsReversed;
  private final boolean rowsReversed;

  Orientation(boolean transposed, boolean columnsReversed, boolean rowsReversed) {
    this.transposed = transposed;
    this.columnsReversed = columnsReversed;
    this.rowsReversed = rowsReversed;
  }

  /// The orientation of an Exif value, 1 to 8; anything else is taken for upright.
  static Orientation ofExif(int value) {
    return value >= 1 && value <= 8 ? values()[value - 1] : TOP_LEFT;
  }

  /// Whether stored rows are seen as columns.
  boolean isTransposed() {
    return transposed;
  }

  int column(int x, int y, int storedWidth) {
    int column = transposed ? y : x;
    return columnsReversed ? storedWidth - 1 - column : column;
  }

  int row(int x, int y, int storedHeight) {
    int row = transposed ? x : y;
    return rowsReversed ? storedHeight - 1 - row : row;
  }
}
