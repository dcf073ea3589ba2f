package dev.tessera.recipe;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;

/// An image as a network gives it, channel after channel, and as rows, a pixel each, in raster
/// order.
final class Channels {
  private Channels() {}

  /// `[c x h x w] -> [h * w x c]`.
  ///
  /// @throws IllegalArgumentException if there are other channels; names both
  static FloatMatrix rows(FloatTensor image, int channels) {
    if (image.first() != channels) {
      throw new IllegalArgumentException(
          "expected %d channels, as in [%d x h x w], found %s"
              .formatted(channels, channels, image));
    }
    int width = image.third();
    FloatMatrix rows = FloatMatrix.allocate(image.second() * width, channels);
    for (int channel = 0; channel < channels; channel++) {
      for (long y = 0; y < image.second(); y++) {
        for (int x = 0; x < width; x++) {
          rows.set(y * width + x, channel, image.get(channel, y, x));
        }
      }
    }
    return rows;
  }

  /// `[h * w x c] -> [c x h x w]`.
  static FloatTensor image(FloatMatrix rows, long height, int width) {
    FloatTensor image = FloatTensor.allocate(rows.columns(), height, width);
    for (int channel = 0; channel < rows.columns(); channel++) {
      for (long y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          image.set(channel, y, x, rows.get(y * width + x, channel));
        }
      }
    }
    return image;
  }
}
