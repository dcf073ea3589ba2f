package dev.tessera.encoders;

import dev.tessera.io.FormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// An image with eight bits of red, green and blue a pixel, as published preprocessing sees it:
/// samples as the file has them, whatever colour profile or orientation it names, without alpha.
/// Immutable and thread-safe.
public final class RgbImage {
  /// The most pixels that are decoded.
  public static final long MOST_PIXELS = 1L << 28;

  static final int CHANNELS = 3;

  private final int width;
  private final int height;
  private final byte[] samples;

  /// @param samples are not copied
  RgbImage(int width, int height, byte[] samples) {
    this.width = width;
    this.height = height;
    this.samples = samples;
  }

  /// An image by its samples, row by row, red, green and blue of each pixel side by side.
  ///
  /// @throws IllegalArgumentException if it has no pixels, or not as many samples: says how many
  public static RgbImage of(int width, int height, byte[] samples) {
    if (width < 1 || height < 1 || (long) width * height * CHANNELS != samples.length) {
      throw new IllegalArgumentException(
          "an image of %d x %d pixels has %d samples, not %d"
              .formatted(width, height, (long) width * height * CHANNELS, samples.length));
    }
    return new RgbImage(width, height, samples.clone());
  }

  /// Room for the samples of an image.
  ///
  /// @throws IllegalArgumentException as [#checkPixels]
  static byte[] allocate(int width, int height) {
    checkPixels(width, height);
    return new byte[width * height * CHANNELS];
  }

  /// @throws IllegalArgumentException if there are more than [#MOST_PIXELS] pixels: says how many
  static void checkPixels(int width, int height) {
    if ((long) width * height > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "expected an image of at most %d pixels, found %d x %d"
              .formatted(MOST_PIXELS, width, height));
    }
  }

  /// Decodes a PNG, JPEG, GIF (its first frame), BMP or TIFF, in grey or RGB.
  ///
  /// @throws FormatException if it is none, a damaged one, one in other colours, or one of more
  ///   than [#MOST_PIXELS] pixels: says which
  public static RgbImage decode(byte[] file) throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new FormatException(
            "image: expected a PNG, JPEG, GIF, BMP or TIFF, found %d bytes of another format"
                .formatted(file.length));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return decode(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  private static RgbImage decode(ImageReader reader) throws IOException {
    String format = reader.getFormatName();
    try {
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS) {
        throw new FormatException(
            "image (%s): expected at most %d pixels, found %d"
                .formatted(format, MOST_PIXELS, pixels));
      }
      return RawSamples.of(reader.read(0));
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // decoders answer damage with either
      throw new FormatException(
          "image (%s): expected a whole one, found damage: %s".formatted(format, e.getMessage()),
          e);
    }
  }

  /// Pixels a row.
  public int width() {
    return width;
  }

  /// Rows of pixels.
  public int height() {
    return height;
  }

  /// A sample, 0 to 255.
  ///
  /// @param channel 0 red, 1 green, 2 blue
  public int sample(int x, int y, int channel) {
    return samples[(y * width + x) * CHANNELS + channel] & 0xff;
  }

  /// The samples themselves, for reading.
  byte[] samples() {
    return samples;
  }

  /// As in `RgbImage[640 x 480]`, the width first.
  @Override
  public String toString() {
    return "RgbImage[" + width + " x " + height + "]";
  }
}
