package dev.tessera.encoders;

/// A size in pixels.
///
/// @param width pixels a row
/// @param height rows
public record ImageSize(int width, int height) {
  /// Checks that there are pixels.
  public ImageSize {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image has at least 1 x 1 pixels, not %d x %d".formatted(width, height));
    }
  }

  /// As in `640 x 480`, the width first.
  @Override
  public String toString() {
    return width + " x " + height;
  }
}
