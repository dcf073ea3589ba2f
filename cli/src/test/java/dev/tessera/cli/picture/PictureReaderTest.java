package dev.tessera.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.tessera.tensor.FloatMatrix;
import java.awt.Color;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureReaderTest {
  private static final float EXACT = 1e-7f;

  @TempDir private Path folder;
  private final List<String> warnings = new ArrayList<>();

  private Picture read(BufferedImage image, String format) throws IOException {
    Path file = folder.resolve("picture." + format);
    assertThat(ImageIO.write(image, format, file.toFile())).as(format).isTrue();
    return PictureReader.read(file, 8, warnings::add);
  }

  private static float[] row(Picture picture, int y) {
    float[] rgb = new float[3 * picture.width()];
    picture.readRow(y, rgb);
    return rgb;
  }

  @Test
  void greyIsThreeEqualChannelsWithoutAChangeOfGamma() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {0, 100, 255});

    float grey = 100 / 255f;
    assertThat(row(read(image, "png"), 0))
        .containsExactly(new float[] {0, 0, 0, grey, grey, grey, 1, 1, 1}, offset(EXACT));
  }

  @Test
  void sixteenBitsAreKept() throws IOException {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setSamples(0, 0, 2, 1, 0, new int[] {1, 40_000});
    float low = 1 / 65535f;
    float high = 40_000 / 65535f;
    assertThat(row(read(grey, "png"), 0))
        .containsExactly(new float[] {low, low, low, high, high, high}, offset(EXACT));

    ColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            ColorModel.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
    raster.setPixel(0, 0, new int[] {1, 2, 40_000});
    assertThat(row(read(new BufferedImage(model, raster, false, null), "png"), 0))
        .containsExactly(new float[] {low, 2 * low, high}, offset(EXACT));
  }

  @Test
  void transparencyLiesOnWhite() throws IOException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x00123456);
    image.setRGB(1, 0, 0xff336699);
    image.setRGB(2, 0, 0x80000000);

    float half = 1 - 128 / 255f;
    assertThat(row(read(image, "png"), 0))
        .containsExactly(new float[] {1, 1, 1, .2f, .4f, .6f, half, half, half}, offset(EXACT));
  }

  @Test
  void palettesAndSingleBitsAreLookedUp() throws IOException {
    byte[] reds = {0, (byte) 255, 51};
    byte[] greens = {0, 0, 102};
    byte[] blues = {(byte) 255, 0, (byte) 153};
    BufferedImage indexed =
        new BufferedImage(
            3,
            1,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, 3, reds, greens, blues, 1));
    indexed.getRaster().setSamples(0, 0, 3, 1, 0, new int[] {0, 1, 2});
    assertThat(row(read(indexed, "png"), 0))
        .as("index 1 is transparent")
        .containsExactly(new float[] {0, 0, 1, 1, 1, 1, .2f, .4f, .6f}, offset(EXACT));

    BufferedImage bits = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    bits.setRGB(1, 0, 0xffffffff);
    assertThat(row(read(bits, "png"), 0))
        .containsExactly(new float[] {0, 0, 0, 1, 1, 1}, offset(EXACT));
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,1", "3,2", "4,3", "5,4", "6,5", "7,6", "8,7"})
  void aJpegIsTurnedAsItsCameraWasHeld(int exif, int quarter) throws IOException {
    // Four quarters of a stored picture of 32 x 16; where its upper left one is seen upright.
    BufferedImage stored = new BufferedImage(32, 16, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 16; x++) {
        stored.setRGB(x, y, Color.RED.getRGB());
        stored.setRGB(x + 16, y, Color.GREEN.getRGB());
        stored.setRGB(x, y + 8, Color.BLUE.getRGB());
        stored.setRGB(x + 16, y + 8, Color.WHITE.getRGB());
      }
    }
    Path file = folder.resolve("camera.jpg");
    Files.write(file, withExif(jpeg(stored), exif));
    Picture picture = PictureReader.read(file, 8, warnings::add);

    boolean turned = exif >= 5;
    assertThat(picture.width()).isEqualTo(turned ? 16 : 32);
    assertThat(picture.height()).isEqualTo(turned ? 32 : 16);
    // The colours of the upper left, upper right and lower left quarters, seen upright.
    String[] expected = {"RGB", "GRW", "WBG", "BWR", "RBG", "BRW", "WGB", "GWR"};
    assertThat(
            ""
                + colour(picture, 0.25, 0.25)
                + colour(picture, 0.75, 0.25)
                + colour(picture, 0.25, 0.75))
        .isEqualTo(expected[quarter]);
    assertThat(warnings).isEmpty();
  }

  private static char colour(Picture picture, double acrossShare, double downShare) {
    float[] rgb = row(picture, (int) (picture.height() * downShare));
    int at = 3 * (int) (picture.width() * acrossShare);
    boolean red = rgb[at] > 0.5;
    boolean green = rgb[at + 1] > 0.5;
    return red && green ? 'W' : red ? 'R' : green ? 'G' : 'B';
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, "jpg", bytes)).isTrue();
    return bytes.toByteArray();
  }

  /// Puts a big-endian Exif segment with one entry behind the start of the file.
  private static byte[] withExif(byte[] jpeg, int orientation) {
    byte[] segment = {
      (byte) 0xff,
      (byte) 0xe1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0,
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0,
      0,
      0,
      0,
      0
    };
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(jpeg, 0, 2);
    bytes.writeBytes(segment);
    bytes.write(jpeg, 2, jpeg.length - 2);
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 6, 13, 16, 21, 30, 33})
  void aDamagedExifSegmentIsNoHarm(int length) {
    byte[] segment = {
      'E', 'x', 'i', 'f', 0, 0, 'I', 'I', 42, 0, 127, -1, -1, -1, 9, 0, 0x12, 1, 3, 0, 1, 0, 0, 0,
      99, 0, 0, 0, 0, 0, 0, 0, 0
    };
    assertThat(ExifOrientation.find(java.util.Arrays.copyOf(segment, length)))
        .isEqualTo(Orientation.TOP_LEFT);
  }

  @Test
  void cmykIsRefusedWithTheCure() throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(new IIOImage(raster, null, null));
    } finally {
      writer.dispose();
    }
    Path file = folder.resolve("print.jpg");
    Files.write(file, bytes.toByteArray());

    assertThatThrownBy(() -> PictureReader.read(file, 8, warnings::add))
        .isInstanceOf(PictureException.class)
        .hasMessageContainingAll("print.jpg is a JPEG", "CMYK", "convert it to RGB");
  }

  @Test
  void patchesRepeatTheLastPixelAtTheBorder() throws IOException {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSamples(0, 0, 3, 2, 0, new int[] {0, 51, 102, 153, 204, 255});
    PatchGrid grid = new PatchGrid(3, 2, 2);
    try (Arena arena = Arena.ofConfined()) {
      FloatMatrix patches = grid.cut(read(image, "png"), arena);

      assertThat(grid.rows()).isEqualTo(1);
      assertThat(grid.columns()).isEqualTo(2);
      assertThat(reds(patches, 0)).containsExactly(new float[] {0, .2f, .6f, .8f}, offset(EXACT));
      assertThat(reds(patches, 1)).containsExactly(new float[] {.4f, .4f, 1, 1}, offset(EXACT));
    }
  }

  private static float[] reds(FloatMatrix patches, int row) {
    float[] reds = new float[patches.columns() / 3];
    for (int i = 0; i < reds.length; i++) {
      reds[i] = patches.get(row, 3 * i);
    }
    return reds;
  }

  @Test
  void theSampleIsWhatItsPainterPaints() throws IOException {
    Picture sample = PictureReader.read(Path.of("../samples/mosaic.png"), 8, warnings::add);
    BufferedImage painted = MosaicPainter.paint();

    BufferedImage read = sample.toImage();
    int[] expected = painted.getRGB(0, 0, painted.getWidth(), painted.getHeight(), null, 0, 768);
    assertThat(read.getRGB(0, 0, read.getWidth(), read.getHeight(), null, 0, 768))
        .isEqualTo(expected);
  }
}
