package dev.tessera.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.io.FormatException;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bit by bit against Pillow and numpy (`prepared.tsv` and `sizes.tsv`, by `make_fixtures.py`).
final class PreprocessingTest {
  private static final Map<String, Preprocessing> PREPROCESSINGS =
      Map.of(
          "clip 16", Preprocessing.clip(16),
          "clip 224", Preprocessing.clip(224),
          "clip 336 square", Preprocessing.clip(336).withSquare(),
          "eva", Preprocessing.evaClip(),
          "emu3", Preprocessing.emu3(),
          "dall-e", Preprocessing.dallE());

  static byte[] resource(String name) throws IOException {
    return PreprocessingTest.class.getResourceAsStream(name).readAllBytes();
  }

  private static Stream<String[]> lines(String name) throws IOException {
    return new String(resource(name), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.split("\t", -1));
  }

  /// A line of the fixture.
  record Expected(String image, String kind, int width, int height, String digest, String first) {}

  static Stream<Expected> prepared() throws IOException {
    return lines("prepared.tsv")
        .map(
            f ->
                new Expected(
                    f[0], f[1], Integer.parseInt(f[2]), Integer.parseInt(f[3]), f[4], f[5]));
  }

  @Test
  void eachImageMeetsEachPreprocessing() throws IOException {
    assertThat(prepared().count()).isEqualTo(5L * PREPROCESSINGS.size());
  }

  @ParameterizedTest
  @MethodSource("prepared")
  void asPillowPreparesIt(Expected expected) throws IOException {
    RgbImage image = RgbImage.decode(resource(expected.image + ".png"));
    Preprocessing preprocessing = PREPROCESSINGS.get(expected.kind);
    FloatTensor tensor = preprocessing.apply(image);

    assertThat(tensor)
        .hasToString("FloatTensor[3 x %d x %d]".formatted(expected.height, expected.width));
    assertThat(preprocessing.size(new ImageSize(image.width(), image.height())))
        .isEqualTo(new ImageSize(expected.width, expected.height));
    String[] first = expected.first.split(" ");
    for (int x = 0; x < first.length; x++) {
      assertThat(tensor.get(0, 0, x)).isEqualTo(Float.parseFloat(first[x]));
    }
    assertThat(digest(tensor)).isEqualTo(expected.digest);
  }

  private static String digest(FloatTensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.elements() * Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int channel = 0; channel < tensor.first(); channel++) {
      for (int y = 0; y < tensor.second(); y++) {
        for (int x = 0; x < tensor.third(); x++) {
          bytes.putFloat(tensor.get(channel, y, x));
        }
      }
    }
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<int[]> sizes() throws IOException {
    return lines("sizes.tsv").map(f -> Arrays.stream(f).mapToInt(Integer::parseInt).toArray());
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void sizesOfEmu3(int[] size) {
    assertThat(Preprocessing.emu3().size(new ImageSize(size[0], size[1])))
        .isEqualTo(new ImageSize(size[2], size[3]));
  }

  @ParameterizedTest
  @CsvSource({"7,100", "100,7", "8,41", "501,100"})
  void emu3TakesNoNarrowImages(int width, int height) {
    assertThatThrownBy(() -> Preprocessing.emu3().size(new ImageSize(width, height)))
        .hasMessage(
            "expected sides of at least 8 pixels, none above 5 times the other, found %d x %d"
                .formatted(width, height));
  }

  @Test
  void anImageSmallerThanTheCropIsRefused() throws IOException {
    Preprocessing preprocessing =
        Preprocessing.of(Sizing.exactly(20, 10), Resampling.BICUBIC, SampleRange.ZERO_TO_ONE)
            .withCrop(16, 16);
    RgbImage image = RgbImage.decode(resource("wide.png"));

    assertThatThrownBy(() -> preprocessing.apply(image))
        .hasMessage("expected at least 16 x 16 pixels to cut out of, found 20 x 10");
  }

  @Test
  void anImageThatWouldBecomeTooLargeIsRefused() {
    RgbImage image = RgbImage.of(30_000, 1, new byte[90_000]);

    assertThatThrownBy(() -> Preprocessing.clip(336).apply(image))
        .hasMessage("expected an image of at most 268435456 pixels, found 10080000 x 336");
    assertThatThrownBy(() -> Preprocessing.clip(336).withSquare().apply(image))
        .hasMessage("expected an image of at most 268435456 pixels, found 30000 x 30000");
  }

  @Test
  void rangesHaveThreeMeansAndPositiveDeviations() {
    assertThatThrownBy(() -> SampleRange.of(new float[2], new float[] {1, 1, 1}))
        .hasMessage("there are 3 channels, not 2 means and 3 deviations");
    assertThatThrownBy(() -> SampleRange.of(new float[3], new float[] {1, 0, 1}))
        .hasMessage("a deviation is above 0, not 0.0");
  }

  @Test
  void anImageBySamples() {
    RgbImage image = RgbImage.of(1, 2, new byte[] {0, 1, 2, (byte) 253, (byte) 254, (byte) 255});

    assertThat(image.sample(0, 1, 2)).isEqualTo(255);
    assertThat(image).hasToString("RgbImage[1 x 2]");
    assertThatThrownBy(() -> RgbImage.of(2, 2, new byte[6]))
        .hasMessage("an image of 2 x 2 pixels has 12 samples, not 6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no image at all"})
  void bytesThatAreNoImageAreRefused(String bytes) {
    assertThatThrownBy(() -> RgbImage.decode(bytes.getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            "image: expected a PNG, JPEG, GIF, BMP or TIFF, found %d bytes of another format"
                .formatted(bytes.length()));
  }

  @Test
  void aTruncatedImageIsRefused() throws IOException {
    byte[] whole = resource("wide.png");

    assertThatThrownBy(() -> RgbImage.decode(Arrays.copyOf(whole, whole.length / 2)))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("image (png): expected a whole one, found damage: ");
  }

  /// The header alone says that there are too many pixels.
  @Test
  void anImageOfTooManyPixelsIsRefusedBeforeItIsDecoded() throws IOException {
    byte[] huge = resource("wide.png");
    ByteBuffer.wrap(huge).putInt(16, 1 << 20).putInt(20, 1 << 20);
    CRC32 sum = new CRC32();
    sum.update(huge, 12, 17);
    ByteBuffer.wrap(huge).putInt(29, (int) sum.getValue());

    assertThatThrownBy(() -> RgbImage.decode(huge))
        .hasMessage("image (png): expected at most 268435456 pixels, found 1099511627776");
  }
}
