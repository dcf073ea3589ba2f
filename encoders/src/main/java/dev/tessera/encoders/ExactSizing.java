package dev.tessera.encoders;

/// One size for all images.
record ExactSizing(ImageSize size) implements Sizing {
  @Override
  public ImageSize of(ImageSize image) {
    return size;
  }
}
