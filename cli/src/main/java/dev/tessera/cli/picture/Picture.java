package dev.tessera.cli.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import org.jspecify.annotations.Nullable;

/// A decoded picture, seen as sRGB values in [0, 1] at the depth at which it was stored. A grey
/// pixel has three equal values, so that one codebook serves grey and coloured pictures; a
/// transparent one lies on white.
public final class Picture {
  private final BufferedImage image;
  private final Orientation orientation;

  /// @param image its colours are grey, palette or sRGB, its alpha is not premultiplied
  Picture(BufferedImage image, Orientation orientation) {
    this.image = image;
    this.orientation = orientation;
  }

  /// The width in pixels, as the picture is looked at.
  public int width() {
    return orientation.isTransposed() ? image.getHeight() : image.getWidth();
  }

  /// The height in pixels, as the picture is looked at.
  public int height() {
    return orientation.isTransposed() ? image.getWidth() : image.getHeight();
  }

  /// Whether the picture has an alpha channel, which is laid on white.
  public boolean hasAlpha() {
    return image.getColorModel().hasAlpha();
  }

  /// Reads one row of pixels.
  ///
  /// @param rgb `[width x 3]`, written: red, green, blue of each pixel, in [0, 1]
  void readRow(int y, float[] rgb) {
    ColorModel model = image.getColorModel();
    Raster raster = image.getRaster();
    boolean grey = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    boolean alpha = model.hasAlpha();
    int green = grey ? 0 : 1;
    int blue = grey ? 0 : 2;
    int last = model.getNumComponents() - 1;
    float[] components = new float[model.getNumComponents()];
    @Nullable Object pixel = null;
    for (int x = 0; x < width(); x++) {
      int column = orientation.column(x, y, image.getWidth());
      int row = orientation.row(x, y, image.getHeight());
      pixel = raster.getDataElements(column, row, pixel);
      model.getNormalizedComponents(pixel, components, 0);
      float opacity = alpha ? components[last] : 1;
      rgb[3 * x] = onWhite(components[0], opacity);
      rgb[3 * x + 1] = onWhite(components[green], opacity);
      rgb[3 * x + 2] = onWhite(components[blue], opacity);
    }
  }

  private static float onWhite(float value, float opacity) {
    return opacity == 1 ? value : value * opacity + (1 - opacity);
  }

  /// The picture at 8 bits a channel, upright, on white.
  public BufferedImage toImage() {
    BufferedImage copy = new BufferedImage(width(), height(), BufferedImage.TYPE_3BYTE_BGR);
    float[] rgb = new float[3 * width()];
    int[] samples = new int[rgb.length];
    for (int y = 0; y < height(); y++) {
      readRow(y, rgb);
      for (int i = 0; i < rgb.length; i++) {
        samples[i] = toByte(rgb[i]);
      }
      copy.getRaster().setPixels(0, y, width(), 1, samples);
    }
    return copy;
  }

  /// The nearest of 256 levels; what lies outside [0, 1] goes to the nearer end.
  static int toByte(float value) {
    return Math.round(255 * Math.clamp(value, 0f, 1f));
  }
}
