package dev.tessera.cli.picture;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/// Pictures as PNG or JPEG files in memory.
public final class Encoded {
  private Encoded() {}

  /// A PNG.
  public static byte[] png(BufferedImage image) {
    return encode(image, "png");
  }

  private static byte[] encode(BufferedImage image, String format) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Given the plain stream, ImageIO would write a file into the temporary folder first.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, format, stream)) {
        throw new IllegalStateException("this Java writes no " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory throws none
    }
    return bytes.toByteArray();
  }

  /// The picture as a `data:` address: lossless, or, where it has more than `mostPixels`, scaled
  /// down and lossy.
  static String dataUri(BufferedImage image, long mostPixels) {
    long pixels = (long) image.getWidth() * image.getHeight();
    if (pixels <= mostPixels) {
      return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
    }
    double scale = Math.sqrt((double) mostPixels / pixels);
    BufferedImage scaled =
        scaledDown(
            image,
            Math.max(1, (int) (image.getWidth() * scale)),
            Math.max(1, (int) (image.getHeight() * scale)));
    return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(encode(scaled, "jpeg"));
  }

  /// Halves until less than twice too large, then interpolates: so that every pixel counts.
  private static BufferedImage scaledDown(BufferedImage image, int width, int height) {
    BufferedImage current = image;
    while (current.getWidth() > width || current.getHeight() > height) {
      BufferedImage next =
          new BufferedImage(
              Math.max(width, current.getWidth() / 2),
              Math.max(height, current.getHeight() / 2),
              BufferedImage.TYPE_3BYTE_BGR);
      Graphics2D graphics = next.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(current, 0, 0, next.getWidth(), next.getHeight(), null);
      graphics.dispose();
      current = next;
    }
    return current;
  }
}
