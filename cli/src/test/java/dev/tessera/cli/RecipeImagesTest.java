package dev.tessera.cli;

import static dev.tessera.cli.RecipeFolder.ENCODERS;
import static dev.tessera.cli.RecipeFolder.run;
import static dev.tessera.cli.RecipeFolder.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.encoders.OnnxEncoder;
import dev.tessera.encoders.OnnxOptions;
import dev.tessera.encoders.Preprocessing;
import dev.tessera.encoders.Resampling;
import dev.tessera.encoders.SampleRange;
import dev.tessera.encoders.Sizing;
import dev.tessera.io.Npy;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.nn.Weights;
import dev.tessera.recipe.Blip2;
import dev.tessera.recipe.Llava;
import dev.tessera.recipe.MoVqgan;
import dev.tessera.recipe.Seed;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tessera recipe NAME --encoder`: image files through small networks, against the same calls of
/// the library.
final class RecipeImagesTest {
  private static final Path ROWS = ENCODERS.resolve("rows.onnx");
  private static final Path LATENTS = ENCODERS.resolve("latents.onnx");
  private static final Path PATCHES = ENCODERS.resolve("patches.onnx");
  private static final Path WIDE = ENCODERS.resolve("wide.png");
  private static final Path TALL = ENCODERS.resolve("tall.png");

  @TempDir private Path folder;
  private RecipeFolder runs;

  @BeforeEach
  void makeFolder() throws IOException {
    runs = RecipeFolder.in(folder);
  }

  private static byte[] bytes(Path image) throws IOException {
    return Files.readAllBytes(image);
  }

  @Test
  void imagesOfSeedBecomeTokensInOneCommand() throws IOException {
    Path weights = runs.example("seed").resolve("weights.safetensors");
    Path ids = runs.output("ids.npy");
    CommandRun made =
        succeeded(
            "seed",
            "--encoder",
            ROWS,
            "--weights",
            weights,
            "--input",
            WIDE,
            TALL,
            "--output",
            ids,
            "--json");

    assertThat(made.json()).containsEntry("encoder", ROWS.toString());
    assertThat(made.out()).contains("\"inputs\":[\"" + WIDE + "\",\"" + TALL + "\"]");
    assertThat(Npy.open(ids).shape()).containsExactly(2, 32);
    int[] found = Vectors.readIds(ids);
    try (OnnxEncoder encoder = OnnxEncoder.open(ROWS, Preprocessing.evaClip());
        Tessera tessera = Tessera.open("scalar");
        Seed seed = Seed.of(tessera, Weights.of(TensorFile.open(weights)))) {
      int[] wide = encoder.encode(bytes(WIDE), seed::encode).toArray();
      int[] tall = encoder.encode(bytes(TALL), seed::encode).toArray();
      assertThat(found).startsWith(wide).endsWith(tall).hasSize(64);
    }
    Path again = runs.output("again.npy");
    succeeded(
        "seed",
        "--encoder",
        ROWS,
        "--weights",
        weights,
        "--input",
        WIDE,
        "--input",
        TALL,
        "--output",
        again);
    assertThat(Vectors.readIds(again)).isEqualTo(found);
  }

  @Test
  void imagesOfBlip2KeepTheirOrder() throws IOException {
    Path weights = runs.example("blip2").resolve("weights.safetensors");
    Path rows = runs.output("rows.npy");
    succeeded(
        "blip2", "--encoder", ROWS, "--weights", weights, "--input", WIDE, TALL, "--output", rows);

    try (OnnxEncoder encoder = OnnxEncoder.open(ROWS, Preprocessing.evaClip());
        Tessera tessera = Tessera.open("scalar");
        Blip2 blip2 =
            Blip2.of(tessera, Weights.of(TensorFile.open(weights)), Blip2.LanguageModel.OPT)) {
      float[] found = Npy.open(rows).flattenTrailing().floats().toArray();
      float[] wide = encoder.encode(bytes(WIDE), blip2::encode).atFirst(0).toArray();
      float[] tall = encoder.encode(bytes(TALL), blip2::encode).atFirst(0).toArray();
      assertThat(found).startsWith(wide).endsWith(tall).hasSize(2 * 32 * 10);
      assertThat(wide).isNotEqualTo(tall);
    }
  }

  @Test
  void aGridOfMoVqganHasTheSizeThatWasAskedFor() throws IOException {
    Path weights = runs.example("movqgan").resolve("weights.safetensors");
    Path ids = runs.output("ids.npy");
    succeeded(
        "movqgan",
        "--encoder",
        LATENTS,
        "--side",
        32,
        "--weights",
        weights,
        "--input",
        WIDE,
        "--output",
        ids);

    Preprocessing square =
        Preprocessing.of(Sizing.shorterSide(32), Resampling.BICUBIC, SampleRange.MINUS_ONE_TO_ONE)
            .withCrop(32, 32);
    try (OnnxEncoder encoder = OnnxEncoder.open(LATENTS, square);
        Tessera tessera = Tessera.open("scalar");
        MoVqgan movq = MoVqgan.of(tessera, Weights.of(TensorFile.open(weights)))) {
      assertThat(Npy.open(ids).shape()).containsExactly(4, 4);
      assertThat(Vectors.readIds(ids))
          .isEqualTo(encoder.encode(bytes(WIDE), movq::encode).toArray());
    }
  }

  private Path projector() throws IOException {
    Path file = folder.resolve("projector.safetensors");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("model.mm_projector.weight", Tensor.of(Vectors.random(1, 6, 3)));
    tensors.put("model.mm_projector.bias", Tensor.of(Vectors.random(2, 1, 6), 6));
    Safetensors.write(file, tensors);
    return file;
  }

  @Test
  void llavaPadsToASquareOrCutsItOut() throws IOException {
    Path weights = projector();
    OnnxOptions hidden = OnnxOptions.DEFAULT.withOutput("hidden");
    for (String aspect : new String[] {"pad", "square"}) {
      Path rows = runs.output(aspect + ".npy");
      succeeded(
          "llava",
          "--encoder",
          PATCHES,
          "--encoder-output",
          "hidden",
          "--side",
          16,
          "--aspect",
          aspect,
          "--weights",
          weights,
          "--input",
          WIDE,
          "--output",
          rows);

      Preprocessing clip = Preprocessing.clip(16);
      Preprocessing prepared = aspect.equals("pad") ? clip.withSquare() : clip;
      try (OnnxEncoder encoder = OnnxEncoder.open(PATCHES, prepared, hidden);
          Tessera tessera = Tessera.open("scalar");
          Llava llava = Llava.of(tessera, Weights.of(TensorFile.open(weights)))) {
        FloatMatrix seen = encoder.encode(bytes(WIDE)).atFirst(0);
        assertThat(Npy.open(rows).floats().toArray())
            .as(aspect)
            .isEqualTo(llava.project(Llava.patches(seen)).toArray());
      }
    }
    assertThat(bytes(runs.output("pad.npy"))).isNotEqualTo(bytes(runs.output("square.npy")));
  }

  /// Image files, outputs of the encoder and ids may stand in one sequence.
  @Test
  void partsOfSequencesMayBeImages() throws IOException {
    Path files = runs.example("seed");
    Path weights = files.resolve("weights.safetensors");
    Path ids = runs.output("ids.npy");
    Path sequence = runs.output("sequence.jsonl");
    succeeded("seed", "--encoder", ROWS, "--weights", weights, "--input", WIDE, "--output", ids);
    succeeded(
        "seed",
        "--encoder",
        ROWS,
        "--weights",
        weights,
        "--tokenizer",
        files.resolve("tokenizer.model"),
        "--image",
        WIDE,
        "--text",
        "and",
        "--image",
        ids,
        "--output",
        sequence);

    int[] all = RecipeFolder.field(Files.readString(sequence), "ids");
    int[] image = Vectors.readIds(ids);
    for (int i = 0; i < image.length; i++) {
      assertThat(all[2 + i]).isEqualTo(32000 + image[i]);
      assertThat(all[all.length - 1 - image.length + i]).isEqualTo(all[2 + i]);
    }

    Path llava = runs.example("llava");
    succeeded(
        "llava",
        "--encoder",
        PATCHES,
        "--encoder-output",
        "hidden",
        "--side",
        16,
        "--tokenizer",
        llava.resolve("tokenizer.model"),
        "--text",
        "a",
        "--image",
        WIDE,
        "--output",
        sequence);
    String line = Files.readString(sequence);
    assertThat(RecipeFolder.field(line, "ids")).endsWith(Splice.PLACEHOLDER);
    assertThat(line).contains("\"rows\":3}");
  }

  @Test
  void whatDoesNotFitIsOneLine() throws IOException {
    Path seed = runs.example("seed").resolve("weights.safetensors");
    Path movqgan = runs.example("movqgan").resolve("weights.safetensors");
    Path ids = runs.output("ids.npy");
    Path text = runs.write("text.png", "no image");
    runs.assertFailed(
        run("seed", "--encoder", ROWS, "--weights", seed, "--input", text, "--output", ids),
        1,
        text + ": image: expected a PNG, JPEG, GIF, BMP or TIFF, found 9 bytes");
    runs.assertFailed(
        run("seed", "--encoder", ROWS, "--weights", seed, "--input", "no.png", "--output", ids),
        1,
        "no.png: no such file");
    runs.assertFailed(
        run("seed", "--encoder", PATCHES, "--weights", seed, "--input", WIDE, "--output", ids),
        1,
        "patches.onnx: expected one output, found 2 (hidden, mean)");
    runs.assertFailed(
        run("seed", "--encoder", LATENTS, "--weights", seed, "--input", WIDE, "--output", ids),
        1,
        "expected [1 x 28 x 28] of image 1, found FloatTensor[4 x 28 x 28]");
    runs.assertFailed(
        run("movqgan", "--encoder", ROWS, "--weights", movqgan, "--input", WIDE, "--output", ids),
        1,
        "rows.onnx: expected an input that takes [1 x 3 x 256 x 256]");
    runs.assertFailed(
        run(
            "movqgan",
            "--encoder",
            ROWS,
            "--side",
            224,
            "--weights",
            movqgan,
            "--input",
            WIDE,
            "--output",
            ids),
        1,
        "rows.onnx: expected latents [4 x h x w], found [1 x 5 x 20]");
    runs.assertFailed(
        run(
            "movqgan",
            "--encoder",
            LATENTS,
            "--weights",
            movqgan,
            "--input",
            WIDE,
            TALL,
            "--output",
            ids),
        1,
        "movqgan takes one image at a time, found 2");
    runs.assertFailed(
        run("seed", "--weights", seed, "--input", WIDE, "--output", ids),
        1,
        "wide.png' (an image needs --encoder MODEL.onnx)");
    runs.assertFailed(
        run("seed", "--encoder", ROWS, "--weights", seed, "--output", ids),
        2,
        "seed takes --input for images, float32 [n x 257 x 1408]; found 0");
    runs.assertFailed(
        run("seed", "--encoder", ROWS, "--decode", "--input", ids, "--output", ids),
        2,
        "--encoder is for the way in");
    runs.assertFailed(
        run("gft", "--encoder", ROWS, "--input", WIDE, "--output", ids), 2, "--encoder");
    Path model = Files.copy(ROWS, runs.folder().resolve("model.onnx"));
    runs.assertFailed(
        run("seed", "--encoder", model, "--weights", seed, "--input", WIDE, "--output", model),
        2,
        "would replace the input");
  }
}
