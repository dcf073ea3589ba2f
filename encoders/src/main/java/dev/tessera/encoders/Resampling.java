package dev.tessera.encoders;

/// How the pixels of a resized image are mixed from those near them. Where an image shrinks, the
/// filters grow with it, so that every pixel counts, as in Pillow.
public enum Resampling {
  /// Cubic convolution over two pixels to each side, `a = -0.5` (Keys 1981).
  BICUBIC(2) {
    @Override
    double weight(double distance) {
      double x = Math.abs(distance);
      if (x < 1) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
      }
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
  },

  /// The sinc function over three pixels to each side, faded out by its own first lobe (Lanczos).
  LANCZOS(3) {
    @Override
    double weight(double distance) {
      return distance >= -3 && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
    }
  };

  private static final double A = -0.5;

  private final double support;

  Resampling(double support) {
    this.support = support;
  }

  /// How many pixels to each side have weight, where the image does not shrink.
  double support() {
    return support;
  }

  /// The weight of a pixel at a distance, in pixels.
  abstract double weight(double distance);

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
