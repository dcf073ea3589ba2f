package dev.tessera.encoders;

/// How large an image becomes before anything is cut off.
@FunctionalInterface
public interface Sizing {
  /// The size for an image of this one.
  ///
  /// @throws IllegalArgumentException if there is none: says why
  ImageSize of(ImageSize image);

  /// Always the same, whatever the ratio.
  static Sizing exactly(int width, int height) {
    return new ExactSizing(new ImageSize(width, height));
  }

  /// The shorter side becomes `shorter`, the longer one keeps the ratio, rounded down (CLIP).
  static Sizing shorterSide(int shorter) {
    return image ->
        image.width() <= image.height()
            ? new ImageSize(shorter, longer(shorter, image.height(), image.width()))
            : new ImageSize(longer(shorter, image.width(), image.height()), shorter);
  }

  private static int longer(int shorter, int oldLonger, int oldShorter) {
    return (int) ((double) ((long) shorter * oldLonger) / oldShorter);
  }

  /// The shorter side becomes `shorter`, the longer one keeps the ratio, rounded to the nearest
  /// (DALL-E).
  static Sizing shorterSideRounded(int shorter) {
    return image -> {
      double ratio = (double) shorter / Math.min(image.width(), image.height());
      return new ImageSize(
          (int) Math.rint(ratio * image.width()), (int) Math.rint(ratio * image.height()));
    };
  }

  /// Both sides become multiples of `factor`, near the old ones, the number of pixels between two
  /// bounds (Emu3).
  static Sizing multiples(int factor, int leastPixels, int mostPixels) {
    return new SmartSizing(factor, leastPixels, mostPixels);
  }
}
