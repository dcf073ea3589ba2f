package dev.tessera.cli.picture;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/// How a picture is cut into square patches, by rows of the grid. A patch is a vector `[patch x
/// patch x 3]`, row-major: red, green, blue in [0, 1]. Patches that reach over the right or lower
/// border repeat the last pixel there, and are cropped again when the picture is put together.
///
/// @param width of the picture, in pixels
/// @param height of the picture, in pixels
/// @param patch side of a patch, in pixels
public record PatchGrid(int width, int height, int patch) {
  private static final int CHANNELS = 3;

  /// Checks that there is a pixel.
  public PatchGrid {
    if (width < 1 || height < 1 || patch < 1) {
      throw new IllegalArgumentException(
          "a grid needs at least 1 pixel, not a picture of %d x %d in patches of %d"
              .formatted(width, height, patch));
    }
  }

  /// The number of patches in a row of the grid, w.
  public int columns() {
    return Math.ceilDiv(width, patch);
  }

  /// The number of rows of the grid, h.
  public int rows() {
    return Math.ceilDiv(height, patch);
  }

  /// The number of patches, h * w.
  public int patches() {
    return Math.multiplyExact(rows(), columns());
  }

  /// The number of elements of a patch.
  public int dim() {
    return Math.multiplyExact(patch * CHANNELS, patch);
  }

  /// The patches of a picture: `[h * w x dim]`.
  public FloatMatrix cut(Picture picture, Arena arena) {
    FloatMatrix vectors = FloatMatrix.allocate(arena, patches(), dim());
    float[] pixels = new float[columns() * patch * CHANNELS];
    for (int y = 0; y < rows() * patch; y++) {
      picture.readRow(Math.min(y, height - 1), pixels);
      repeatLastPixel(pixels);
      for (int x = 0; x < columns() * patch; x++) {
        long row = (long) (y / patch) * columns() + x / patch;
        int column = (y % patch * patch + x % patch) * CHANNELS;
        for (int channel = 0; channel < CHANNELS; channel++) {
          vectors.set(row, column + channel, pixels[x * CHANNELS + channel]);
        }
      }
    }
    return vectors;
  }

  private void repeatLastPixel(float[] pixels) {
    for (int i = width * CHANNELS; i < pixels.length; i++) {
      pixels[i] = pixels[i - CHANNELS];
    }
  }

  /// The picture in which each patch is its codeword, at 8 bits a channel.
  ///
  /// @param ids `[h * w x 1]`
  public BufferedImage assemble(TokenIds ids, Codebook codebook) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    WritableRaster raster = image.getRaster();
    FloatMatrix codewords = codebook.codewords();
    int[] samples = new int[width * CHANNELS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int id = ids.get((long) (y / patch) * columns() + x / patch);
        int column = (y % patch * patch + x % patch) * CHANNELS;
        for (int channel = 0; channel < CHANNELS; channel++) {
          samples[x * CHANNELS + channel] = Picture.toByte(codewords.get(id, column + channel));
        }
      }
      raster.setPixels(0, y, width, 1, samples);
    }
    return image;
  }

  /// All codewords of a codebook, side by side in the order of their ids.
  ///
  /// @param perRow how many stand beside each other; the places behind the last one repeat it
  static BufferedImage tiles(Codebook codebook, int patch, int perRow) {
    int lines = Math.ceilDiv(codebook.size(), perRow);
    PatchGrid grid = new PatchGrid(perRow * patch, lines * patch, patch);
    TokenIds ids = TokenIds.allocate(grid.patches());
    for (int place = 0; place < grid.patches(); place++) {
      ids.set(place, 0, Math.min(place, codebook.size() - 1));
    }
    return grid.assemble(ids, codebook);
  }

  /// The number of distinct patches, counted up to `limit`.
  public static int distinct(FloatMatrix patches, int limit) {
    Set<ByteBuffer> found = new HashSet<>();
    long rowBytes = (long) patches.columns() * FloatMatrix.ELEMENT_BYTES;
    for (long row = 0; row < patches.rows() && found.size() < limit; row++) {
      found.add(patches.segment().asSlice(patches.rowOffsetBytes(row), rowBytes).asByteBuffer());
    }
    return found.size();
  }
}
