package dev.tessera.benchmarks;

import dev.tessera.tensor.FloatMatrix;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/// Patches of a photograph, cut at random places: `chelsea.png`, 451 x 300 pixels, by Stefan van
/// der Walt, CC0. Elements are in `[0, 1]`, row by row, the channels of a pixel side by side.
final class PicturePatches {
  private static final String PICTURE = "chelsea.png";

  /// How large a patch is.
  ///
  /// @param width in pixels
  /// @param height in pixels
  /// @param channels 3 for red, green and blue, 1 for grey
  private record Cut(int width, int height, int channels) {}

  /// For each dimension that is measured, patches with as many elements.
  private static final Map<Integer, Cut> CUTS =
      Map.of(
          4, new Cut(2, 2, 1),
          32, new Cut(8, 4, 1),
          128, new Cut(16, 8, 1),
          192, new Cut(8, 8, 3),
          256, new Cut(16, 16, 1),
          300, new Cut(10, 10, 3),
          768, new Cut(16, 16, 3));

  private final BufferedImage picture;
  private final Cut cut;
  private final SplittableRandom random;

  /// @throws IllegalArgumentException if no patch has `dim` elements
  PicturePatches(int dim, long seed) {
    Cut known = CUTS.get(dim);
    if (known == null) {
      throw new IllegalArgumentException(
          "patches of a picture have %s elements, not %d"
              .formatted(CUTS.keySet().stream().sorted().toList(), dim));
    }
    cut = known;
    random = new SplittableRandom(seed);
    picture = read();
  }

  private static BufferedImage read() {
    try (InputStream stream = PicturePatches.class.getResourceAsStream(PICTURE)) {
      if (stream == null) {
        throw new IllegalStateException(PICTURE + " is missing from the benchmarks' jar");
      }
      BufferedImage picture = ImageIO.read(stream);
      if (picture == null) {
        throw new IllegalStateException(PICTURE + " is not a picture");
      }
      return picture;
    } catch (IOException e) {
      throw new IllegalStateException(PICTURE + " cannot be read", e);
    }
  }

  /// The next `rows` patches of the stream, `[rows x dim]`.
  FloatMatrix sample(int rows) {
    int dim = cut.width * cut.height * cut.channels;
    FloatMatrix patches = FloatMatrix.allocate(rows, dim);
    for (int row = 0; row < rows; row++) {
      int left = random.nextInt(picture.getWidth() - cut.width + 1);
      int top = random.nextInt(picture.getHeight() - cut.height + 1);
      for (int i = 0; i < dim; i++) {
        int pixel = i / cut.channels;
        int rgb = picture.getRGB(left + pixel % cut.width, top + pixel / cut.width);
        patches.set(row, i, element(rgb, i % cut.channels));
      }
    }
    return patches;
  }

  private float element(int rgb, int channel) {
    int red = rgb >> 16 & 0xFF;
    int green = rgb >> 8 & 0xFF;
    int blue = rgb & 0xFF;
    if (cut.channels == 1) {
      return (0.299f * red + 0.587f * green + 0.114f * blue) / 255;
    }
    return (channel == 0 ? red : channel == 1 ? green : blue) / 255f;
  }
}
