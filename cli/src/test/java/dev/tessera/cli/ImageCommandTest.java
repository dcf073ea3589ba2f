package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageCommandTest {
  private static final String[] FILES = {
    "tokens.npy", "codebook.npy", "reconstruction.png", "index.html"
  };

  @TempDir private Path folder;
  private Path outputs;
  private Path output;

  @BeforeEach
  void makeFolder() throws IOException {
    outputs = Files.createDirectory(folder.resolve("outputs"));
    output = outputs.resolve("mosaic");
  }

  private CommandRun image(Object picture, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "image";
    arguments[1] = picture;
    arguments[2] = "--output";
    arguments[3] = output;
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.of(arguments);
  }

  /// A picture in which every pixel differs from its neighbours.
  private Path picture(String name, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, (x * 37 & 255) << 16 | (y * 53 & 255) << 8 | (x * y * 11 & 255));
      }
    }
    Path file = folder.resolve(name);
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, file.toFile())).as(format).isTrue();
    return file;
  }

  private void assertFailed(CommandRun run, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said);
    assertThat(run.err().lines()).as("one line").hasSize(1);
    Vectors.assertHoldsOnly(outputs);
  }

  @Test
  void theFilesAgreeWithEachOther() throws IOException {
    Path picture = picture("picture.png", 61, 45);
    CommandRun run = image(picture, "--codes", 12, "--json");

    assertThat(run.status()).as(run.err()).isZero();
    Vectors.assertHoldsOnly(output, FILES);
    Tensor tokens = Npy.open(output.resolve("tokens.npy"));
    assertThat(tokens.type()).isEqualTo(ElementType.I32);
    assertThat(tokens.shape()).containsExactly(6, 8);
    FloatMatrix codebook = Npy.open(output.resolve("codebook.npy")).floats();
    assertThat(codebook.rows()).isEqualTo(12);
    assertThat(codebook.columns()).isEqualTo(8 * 8 * 3);

    BufferedImage original = ImageIO.read(picture.toFile());
    BufferedImage reconstruction = ImageIO.read(output.resolve("reconstruction.png").toFile());
    assertThat(reconstruction.getWidth()).isEqualTo(61);
    assertThat(reconstruction.getHeight()).isEqualTo(45);
    TokenIds ids = tokens.ids();
    double squares = 0;
    for (int y = 0; y < 45; y++) {
      for (int x = 0; x < 61; x++) {
        for (int channel = 0; channel < 3; channel++) {
          int column = (y % 8 * 8 + x % 8) * 3 + channel;
          float value = codebook.get(ids.get(y / 8, x / 8), column);
          int level = reconstruction.getRaster().getSample(x, y, channel);
          assertThat(level).isEqualTo(Math.round(255 * value));
          double error = (original.getRaster().getSample(x, y, channel) - level) / 255.0;
          squares += error * error;
        }
      }
    }
    double psnr = -10 * Math.log10(squares / (61 * 45 * 3));
    assertThat(Double.parseDouble(run.json().get("psnr_db")))
        .isCloseTo(psnr, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(run.json())
        .containsEntry("width", "61")
        .containsEntry("rows", "6")
        .containsEntry("columns", "8")
        .containsEntry("codes", "12");
  }

  @Test
  void theSameSeedGivesTheSameTokensOnEveryBackend() throws IOException {
    Path picture = picture("picture.png", 64, 64);
    assertThat(image(picture, "--codes", 9, "--backend", "scalar", "--threads", 1).status())
        .isZero();
    byte[] tokens = Files.readAllBytes(output.resolve("tokens.npy"));
    assertThat(image(picture, "--codes", 9).status()).isZero();

    assertThat(output.resolve("tokens.npy")).hasBinaryContent(tokens);
  }

  @Test
  void thePageLoadsNothingFromAnywhere() throws IOException {
    Path picture = picture("a&b <i>.png", 40, 30);
    assertThat(image(picture, "--codes", 5).status()).isZero();
    String page = Files.readString(output.resolve("index.html"));

    assertThat(page)
        .contains("a&amp;b &lt;i&gt;.png", "data:image/png;base64,", "default-src 'none'")
        .doesNotContain("<i>.png", "http:", "https:", "{{", "src=\"/", "url(");
  }

  @ParameterizedTest
  @CsvSource({"png", "jpg", "bmp", "gif", "tif"})
  void formats(String extension) throws IOException {
    CommandRun run = image(picture("picture." + extension, 33, 17), "--codes", 4);

    assertThat(run.status()).as(run.err()).isZero();
    Vectors.assertHoldsOnly(output, FILES);
  }

  @Test
  void onePixelIsOneToken() throws IOException {
    CommandRun run = image(picture("dot.png", 1, 1), "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("distinct patches: 1, fewer than --codes 512");
    assertThat(Vectors.readIds(output.resolve("tokens.npy"))).containsExactly(0);
    assertThat(run.json())
        .containsEntry("psnr_db", "null") // the reconstruction is exact
        .containsEntry("bits_per_pixel", "0.0")
        .containsEntry("perplexity", "1.0");
    assertThat(output.resolve("index.html")).content().contains(">exact<");
  }

  @Test
  void aCodebookServesOtherPictures() throws IOException {
    assertThat(image(picture("first.png", 60, 60), "--codes", 7, "--patch", 5).status()).isZero();
    Path codebook = output.resolve("codebook.npy");
    output = outputs.resolve("second");
    CommandRun run = image(picture("second.png", 31, 22), "--codebook", codebook);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Npy.open(output.resolve("tokens.npy")).shape()).containsExactly(5, 7);
    assertThat(output.resolve("codebook.npy")).hasSameBinaryContentAs(codebook);
  }

  @Test
  void aCodebookMustFitThePatches() throws IOException {
    Path picture = picture("picture.png", 20, 20);
    Path codebook = Vectors.write(folder.resolve("codebook.npy"), Vectors.random(1, 4, 48));

    assertFailed(
        image(picture, "--codebook", codebook, "--patch", 8),
        "patches of 8 x 8 pixels have 192 columns",
        "has 48");
    Vectors.write(codebook, Vectors.random(1, 4, 47));
    assertFailed(image(picture, "--codebook", codebook), "has 47 columns");
  }

  @Test
  void whatIsNoPictureIsSaidToBeNone() throws IOException {
    Path text = Files.writeString(folder.resolve("notes.png"), "dear diary");
    assertFailed(image(text), "notes.png is no picture", "64 65 61 72");

    Path empty = Files.createFile(folder.resolve("empty.png"));
    assertFailed(image(empty), "empty.png is no picture", "an empty file");

    assertFailed(image(folder), "is a folder");
    assertFailed(image(folder.resolve("nowhere.png")), "nowhere.png", "no such file");
  }

  @Test
  void aDamagedPictureIsNamed() throws IOException {
    Path picture = picture("picture.png", 64, 64);
    byte[] bytes = Files.readAllBytes(picture);
    Files.write(picture, Arrays.copyOf(bytes, bytes.length / 2));

    assertFailed(image(picture), "picture.png is a damaged PNG");
  }

  @Test
  void hugePicturesAreRefusedBeforeTheyAreDecoded() throws IOException {
    assertFailed(
        image(pngHeader(100_000, 100_000)),
        "100000 x 100000 pixels",
        "GB on the heap",
        "scale it down");
  }

  /// A PNG that claims a size and ends.
  private Path pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream chunk = new DataOutputStream(header);
    chunk.writeBytes("IHDR");
    chunk.writeInt(width);
    chunk.writeInt(height);
    chunk.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(file);
    png.write("\u0089PNG\r\n\u001a\n".getBytes(StandardCharsets.ISO_8859_1));
    png.writeInt(13);
    png.write(header.toByteArray());
    png.writeInt((int) crc.getValue());
    png.writeInt(0);
    png.writeBytes("IDAT");
    png.writeInt(0x35AF061E);
    return Files.write(folder.resolve("huge.png"), file.toByteArray());
  }

  @Test
  void anExistingFolderIsTakenAndItsFilesReplaced() throws IOException {
    Files.createDirectory(output);
    Files.writeString(output.resolve("tokens.npy"), "old");
    Files.writeString(output.resolve("notes.txt"), "mine");

    assertThat(image(picture("picture.png", 16, 16), "--codes", 2).status()).isZero();
    assertThat(Npy.open(output.resolve("tokens.npy")).shape()).containsExactly(2, 2);
    assertThat(output.resolve("notes.txt")).hasContent("mine");
  }

  @Test
  void theOutputMustBeAFolder() throws IOException {
    Path picture = picture("picture.png", 16, 16);
    output = Files.writeString(folder.resolve("file"), "mine");
    assertFailed(image(picture), "file", "is a file, not a folder");
    assertThat(output).hasContent("mine");

    output = output.resolve("below");
    assertFailed(image(picture), "below");
  }

  @Test
  void contradictionsAreWrongUsage() throws IOException {
    Path picture = picture("picture.png", 16, 16);
    Path codebook = Vectors.write(folder.resolve("codebook.npy"), Vectors.random(1, 4, 192));

    assertRefused(image(picture, "--patch", 0), "--patch must be from 1 to 1024");
    assertRefused(image(picture, "--codes", 0), "at least 1 codeword, not 0");
    assertRefused(image(picture, "--iterations", 0), "at least 1 iteration");
    assertRefused(image(picture, "--codebook", codebook, "--codes", 4), "--codes", "--codebook");
  }

  private void assertRefused(CommandRun run, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(said);
    Vectors.assertHoldsOnly(outputs);
  }

  @Test
  void anInterruptEndsTheRunAndLeavesNothing() throws IOException {
    Path picture = picture("picture.png", 64, 64);
    Thread.currentThread().interrupt();
    CommandRun run = image(picture, "--codes", 9);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(run.status()).as(run.err()).isEqualTo(130);
    Vectors.assertHoldsOnly(outputs);
  }

  @Test
  void theSampleIsTokenized() throws IOException {
    CommandRun run = image("../samples/mosaic.png", "--codes", 64, "--iterations", 2, "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json()).containsEntry("rows", "64").containsEntry("columns", "96");
    assertThat(Double.parseDouble(run.json().get("psnr_db"))).isBetween(17.0, 30.0);
  }
}
