package dev.tessera.encoders;

import dev.tessera.io.FormatException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/// The samples of a decoded image as its file has them. `BufferedImage.getRGB` would convert
/// colours, and brighten grey ones.
final class RawSamples {
  private RawSamples() {}

  static RgbImage of(BufferedImage image) throws FormatException {
    ColorModel colours = image.getColorModel();
    int space = colours.getColorSpace().getType();
    if (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB) {
      throw new FormatException(
          "image: expected grey or RGB, found colours of %d other channels"
              .formatted(colours.getNumColorComponents()));
    }
    boolean plain = colours instanceof ComponentColorModel;
    int width = image.getWidth();
    byte[] samples = new byte[width * image.getHeight() * RgbImage.CHANNELS];
    for (int y = 0; y < image.getHeight(); y++) {
      if (plain) {
        plainRow(image.getRaster(), colours, y, samples);
      } else {
        packedRow(image, y, samples);
      }
    }
    return new RgbImage(width, image.getHeight(), samples);
  }

  /// A sample a band, of eight bits or more, of which the highest eight are taken.
  private static void plainRow(Raster raster, ColorModel colours, int y, byte[] samples) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int[] row = raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, (int[]) null);
    int at = y * width * RgbImage.CHANNELS;
    boolean grey = colours.getNumColorComponents() == 1;
    for (int x = 0; x < width; x++) {
      for (int channel = 0; channel < RgbImage.CHANNELS; channel++) {
        int band = grey ? 0 : channel;
        int bits = colours.getComponentSize(band);
        int sample = row[x * bands + band];
        samples[at++] = (byte) (bits > 8 ? sample >>> (bits - 8) : sample);
      }
    }
  }

  /// Colours of a palette, or several samples a number.
  private static void packedRow(BufferedImage image, int y, byte[] samples) {
    int width = image.getWidth();
    int[] row = image.getRGB(0, y, width, 1, null, 0, width);
    int at = y * width * RgbImage.CHANNELS;
    for (int rgb : row) {
      samples[at++] = (byte) (rgb >> 16);
      samples[at++] = (byte) (rgb >> 8);
      samples[at++] = (byte) rgb;
    }
  }
}
