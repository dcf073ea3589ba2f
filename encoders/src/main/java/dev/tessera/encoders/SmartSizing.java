package dev.tessera.encoders;

/// Emu3's `smart_resize`: both sides to the nearest multiple of a factor, a half to the even one;
/// if that makes too many pixels, both shrink alike and are rounded down; if too few, both grow and
/// are rounded up. A side is at least the factor, and no side longer than five times the other.
record SmartSizing(int factor, int leastPixels, int mostPixels) implements Sizing {
  private static final int MOST_RATIO = 5;

  @Override
  public ImageSize of(ImageSize image) {
    int longer = Math.max(image.width(), image.height());
    int shorter = Math.min(image.width(), image.height());
    if (shorter < factor || (double) longer / shorter > MOST_RATIO) {
      throw new IllegalArgumentException(
          "expected sides of at least %d pixels, none above %d times the other, found %s"
              .formatted(factor, MOST_RATIO, image));
    }
    double pixels = (double) image.width() * image.height();
    double rounded = Math.rint(image.width() / (double) factor) * factor;
    rounded *= Math.rint(image.height() / (double) factor) * factor;
    if (rounded > mostPixels) {
      double beta = Math.sqrt(pixels / mostPixels);
      return new ImageSize(
          (int) Math.floor(image.width() / beta / factor) * factor,
          (int) Math.floor(image.height() / beta / factor) * factor);
    }
    if (rounded < leastPixels) {
      double beta = Math.sqrt(leastPixels / pixels);
      return new ImageSize(
          (int) Math.ceil(image.width() * beta / factor) * factor,
          (int) Math.ceil(image.height() * beta / factor) * factor);
    }
    return new ImageSize(
        (int) Math.rint(image.width() / (double) factor) * factor,
        (int) Math.rint(image.height() / (double) factor) * factor);
  }
}
