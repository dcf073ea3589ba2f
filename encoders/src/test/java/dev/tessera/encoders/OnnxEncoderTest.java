package dev.tessera.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.io.Npy;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Small networks (by `make_fixtures.py`) against numpy.
final class OnnxEncoderTest {
  private static final Preprocessing SMALL =
      Preprocessing.of(Sizing.exactly(32, 24), Resampling.BICUBIC, SampleRange.MINUS_ONE_TO_ONE);

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(OnnxEncoderTest.class.getResource(name).toURI());
  }

  private static byte[] wide() throws IOException, URISyntaxException {
    return Files.readAllBytes(resource("wide.png"));
  }

  /// `[4 x 3 x 4]` as numpy computes them, four channels side by side.
  private static void assertLatents(FloatTensor found) throws IOException, URISyntaxException {
    FloatMatrix expected = Npy.open(resource("latents.npy")).flattenTrailing().floats();
    assertThat(found).hasToString("FloatTensor[4 x 3 x 4]");
    for (int channel = 0; channel < 4; channel++) {
      for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
          assertThat((double) found.get(channel, y, x))
              .isCloseTo(expected.get(channel, y * 4 + x), within(1e-5));
        }
      }
    }
  }

  @Test
  void anImageBecomesLatents() throws Exception {
    try (OnnxEncoder encoder = OnnxEncoder.open(resource("latents.onnx"), SMALL)) {
      assertLatents(encoder.encode(wide()));
      assertThat(encoder.toString())
          .endsWith("latents.onnx: pixels [1 x 3 x ? x ?] -> latents [1 x 4 x ? x ?]");
    }
  }

  /// As Emu3 and MoVQGAN do it: latents to rows, rows to the ids of a codebook.
  @Test
  void anImageBecomesTokensInOneCall() throws Exception {
    TokenIds expected = Npy.open(resource("ids.npy")).ids();
    try (OnnxEncoder encoder =
            OnnxEncoder.open(resource("latents.onnx"), SMALL, OnnxOptions.DEFAULT.withThreads(1));
        Tessera tessera = Tessera.open("scalar");
        Quantizer quantizer = tessera.quantizer(Codebook.load(resource("codebook.npy")))) {
      TokenIds ids = encoder.encode(wide(), latents -> quantizer.encode(rows(latents)));

      assertThat(ids.toArray()).isEqualTo(expected.toArray());
      assertThat(Arrays.stream(ids.toArray()).distinct().count()).isGreaterThan(1);
    }
  }

  private static FloatMatrix rows(FloatTensor latents) {
    int channels = Math.toIntExact(latents.first());
    FloatMatrix rows = FloatMatrix.allocate(latents.second() * latents.third(), channels);
    for (int channel = 0; channel < channels; channel++) {
      for (int row = 0; row < rows.rows(); row++) {
        int width = latents.third();
        rows.set(row, channel, latents.get(channel, row / width, row % width));
      }
    }
    return rows;
  }

  /// The network sums the frames, so that what it pools is four times the image.
  @Test
  void framesRepeatTheImage() throws Exception {
    try (OnnxEncoder one = OnnxEncoder.open(resource("latents.onnx"), SMALL);
        OnnxEncoder four = OnnxEncoder.open(resource("video.onnx"), SMALL)) {
      FloatTensor pixels = SMALL.apply(RgbImage.decode(wide()));
      FloatTensor fourfold = FloatTensor.allocate(3, 24, 32);
      for (int channel = 0; channel < 3; channel++) {
        for (int y = 0; y < 24; y++) {
          for (int x = 0; x < 32; x++) {
            fourfold.set(channel, y, x, 4 * pixels.get(channel, y, x));
          }
        }
      }
      FloatTensor expected = one.run(fourfold);
      FloatTensor found = four.run(pixels);

      assertThat(found).hasToString("FloatTensor[4 x 3 x 4]");
      for (int channel = 0; channel < 4; channel++) {
        assertThat(found.get(channel, 2, 3)).isCloseTo(expected.get(channel, 2, 3), within(1e-5f));
      }
    }
  }

  @Test
  void rowsOfPatchesKeepTheirThreeAxes() throws Exception {
    OnnxOptions options = OnnxOptions.DEFAULT.withInput("pixels").withOutput("hidden");
    try (OnnxEncoder encoder =
        OnnxEncoder.open(resource("patches.onnx"), Preprocessing.clip(16), options)) {
      FloatTensor hidden = encoder.encode(wide());

      assertThat(hidden).hasToString("FloatTensor[1 x 4 x 3]");
      float mean = 0;
      FloatTensor pixels = Preprocessing.clip(16).apply(RgbImage.decode(wide()));
      for (int i = 0; i < 64; i++) {
        mean += pixels.get(2, i / 8, 8 + i % 8) / 64;
      }
      assertThat(hidden.get(0, 1, 2)).isCloseTo(mean, within(1e-5f));
    }
  }

  @Test
  void anOutputOfTwoAxesIsOneMatrix() throws Exception {
    OnnxOptions options = OnnxOptions.DEFAULT.withOutput("mean");
    try (OnnxEncoder encoder =
        OnnxEncoder.open(resource("patches.onnx"), Preprocessing.clip(16), options)) {
      assertThat(encoder.encode(wide())).hasToString("FloatTensor[1 x 1 x 3]");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "patches.onnx | expected one output, found 2 (hidden, mean); name the one to take",
        "noisy.onnx | expected one input, found 2 (image, noise); name the one to take",
        "ids.onnx | expected float32 at the input 'ids', found",
        "flat.onnx | expected an input [1 x 3 x height x width], or [1 x 4 x 3 x height x width],"
            + " found ids [1 x 8]",
        "wide.png | expected an ONNX model, found that",
      })
  void filesThatAreNoEncodersAreRefused(String file, String message) throws Exception {
    Path path = resource(file);

    assertThatThrownBy(() -> OnnxEncoder.open(path, SMALL))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(path + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void namesThatTheFileLacksAreRefused() throws Exception {
    Path patches = resource("patches.onnx");
    Path noisy = resource("noisy.onnx");

    assertThatThrownBy(
            () -> OnnxEncoder.open(patches, SMALL, OnnxOptions.DEFAULT.withOutput("tokens")))
        .hasMessageContaining("expected an output 'tokens', found hidden, mean");
    assertThatThrownBy(
            () -> OnnxEncoder.open(patches, SMALL, OnnxOptions.DEFAULT.withInput("image")))
        .hasMessageContaining("expected an input 'image', found pixels");
    assertThatThrownBy(() -> OnnxEncoder.open(noisy, SMALL, OnnxOptions.DEFAULT.withInput("image")))
        .hasMessageContaining("expected the input image alone, found image, noise");
  }

  @Test
  void anotherSizeThanThePreprocessingGivesIsRefusedWhenOpened() throws Exception {
    Path file = resource("patches.onnx");
    OnnxOptions options = OnnxOptions.DEFAULT.withOutput("hidden");

    assertThatThrownBy(() -> OnnxEncoder.open(file, Preprocessing.evaClip(), options))
        .hasMessageEndingWith(
            "expected an input that takes [1 x 3 x 224 x 224], which the preprocessing gives, found"
                + " pixels [1 x 3 x 16 x 16]");
  }

  @Test
  void anotherNumberOfFramesIsRefused() throws Exception {
    Path file = resource("video.onnx");

    assertThatThrownBy(() -> OnnxEncoder.open(file, SMALL, OnnxOptions.DEFAULT.withFrames(8)))
        .hasMessageContaining("or [1 x 8 x 3 x height x width], found video [1 x 4 x 3 x ? x ?]");
  }

  @Test
  void imagesOfAnotherShapeAreRefusedWhenRun() throws Exception {
    OnnxOptions options = OnnxOptions.DEFAULT.withOutput("hidden");
    try (OnnxEncoder encoder =
        OnnxEncoder.open(resource("patches.onnx"), Preprocessing.clip(16), options)) {
      assertThatThrownBy(() -> encoder.run(FloatTensor.allocate(3, 8, 16)))
          .hasMessageContaining("takes pixels [1 x 3 x 16 x 16], not [1 x 3 x 8 x 16]");
      assertThatThrownBy(() -> encoder.run(FloatTensor.allocate(4, 16, 16)))
          .hasMessage(
              "expected a packed image [3 x height x width], found FloatTensor[4 x 16 x 16]");
    }
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("vision.onnx");

    assertThatThrownBy(() -> OnnxEncoder.open(file, SMALL))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(file + ": there is no such file");
  }

  @Test
  void optionsAreChecked() {
    assertThatThrownBy(() -> OnnxOptions.DEFAULT.withFrames(0))
        .hasMessage("frames are at least 1 and threads at least 0, not 0 and 0");
  }

  /// The class path of this test without ONNX Runtime.
  @Test
  void withoutOnnxRuntimeTheErrorSaysWhatToAdd() throws Exception {
    URL[] others =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("onnxruntime"))
            .map(OnnxEncoderTest::url)
            .toArray(URL[]::new);
    try (URLClassLoader loader = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
      Class<?> preprocessing = loader.loadClass(Preprocessing.class.getName());
      Class<?> encoder = loader.loadClass(OnnxEncoder.class.getName());
      Object clip = preprocessing.getMethod("clip", int.class).invoke(null, 16);

      assertThatThrownBy(
              () ->
                  encoder
                      .getMethod("open", Path.class, preprocessing)
                      .invoke(null, resource("latents.onnx"), clip))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("add com.microsoft.onnxruntime:onnxruntime, version 1.29");
    }
  }

  private static URL url(String entry) {
    try {
      return Path.of(entry).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
