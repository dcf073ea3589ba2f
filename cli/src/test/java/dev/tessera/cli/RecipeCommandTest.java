package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import dev.tessera.io.Npy;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorFile;
import dev.tessera.nn.Weights;
import dev.tessera.recipe.Emu3;
import dev.tessera.recipe.GraphGpt;
import dev.tessera.recipe.LlamaText;
import dev.tessera.recipe.Seed;
import dev.tessera.recipe.SeedSequences;
import dev.tessera.sequence.ParsedGrid;
import dev.tessera.sequence.Splice;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RecipeCommandTest {
  private static final Path PAGES = Path.of("../docs/systems");
  private static final Path SOURCES = Path.of("../core/src/main/java");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir private Path folder;
  private RecipeFolder files;
  private Path outputs;

  @BeforeEach
  void makeFolder() throws IOException {
    files = RecipeFolder.in(folder);
    outputs = files.outputs();
  }

  static List<String> systems() {
    return Recipes.all().stream().map(Recipe::name).toList();
  }

  private Path example(String system) {
    return files.example(system);
  }

  private CommandRun recipe(Object... arguments) {
    return RecipeFolder.run(arguments);
  }

  private CommandRun succeeded(Object... arguments) {
    return RecipeFolder.succeeded(arguments);
  }

  /// The commands of a page, its folder being one of this test.
  private List<List<String>> commandsOf(String system) throws IOException {
    List<List<String>> commands = new ArrayList<>();
    for (String line : Files.readString(PAGES.resolve(system + ".md")).lines().toList()) {
      if (line.startsWith("./tessera ")) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line.substring("./tessera ".length()));
        while (word.find()) {
          String text = word.group(1) == null ? word.group(2) : word.group(1);
          words.add(text.replace("build/systems", folder.toString()));
        }
        commands.add(words);
      }
    }
    return commands;
  }

  @ParameterizedTest
  @MethodSource("systems")
  void theCommandsOfEveryPageRun(String system) throws IOException {
    List<List<String>> commands = commandsOf(system);
    assertThat(commands).hasSizeGreaterThanOrEqualTo(2);
    for (List<String> words : commands) {
      Path written = Path.of(words.get(words.indexOf("--output") + 1));
      CommandRun run = CommandRun.of(words.toArray());
      assertThat(run.status()).as("%s: %s", words, run.err()).isZero();
      assertThat(written).exists();
      if (words.contains("--html")) {
        assertThat(Path.of(words.get(words.indexOf("--html") + 1))).exists();
      }
    }
    try (Stream<Path> files = Files.list(folder.resolve(system))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .allMatch(
              name -> name.matches("[a-z]+\\.(npy|safetensors|txt|jsonl?|html|model|pkl|smi)"));
    }
  }

  @Test
  void pagesAreWhatTheyWouldBeMadeNow() throws IOException {
    CommandRun run = CommandRun.of("recipe", "pages", PAGES, "--sources", SOURCES, "--check");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains((systems().size() + 1) + " pages, 0 written");

    Path stale = outputs.resolve("README.md");
    Files.writeString(stale, "old");
    CommandRun refused = CommandRun.of("recipe", "pages", outputs, "--sources", SOURCES, "--check");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("README.md is not what `tessera recipe pages` makes now");
    assertThat(stale).hasContent("old");
    assertThat(CommandRun.of("recipe", "pages", outputs, "--sources", SOURCES).status()).isZero();
    assertThat(stale).content().contains("(seed.md)", "(mole-bert.md)");
  }

  @Test
  void everySystemIsListed() throws IOException {
    CommandRun list = CommandRun.of("recipe", "list");
    assertThat(list.status()).isZero();
    assertThat(list.out().lines()).containsAll(systems());
    assertThat(list.out())
        .contains(
            "nodes, float32 [n x 768]",
            "AILab-CVC/SEED at 93b3cf4",
            "embeddings.weight [512 x 300]");

    CommandRun json = CommandRun.of("recipe", "list", "--json");
    assertThat(json.json()).containsEntry("command", "recipe list");
    assertThat(json.out())
        .contains(
            "\"name\":\"tea-glm\"",
            "\"decodes\":true",
            "Qformer.bert.encoder.layer.E.crossattention.self.key.weight [768 x 1408]");
    CommandRun help = CommandRun.of("recipe", "seed", "--help");
    assertThat(help.out())
        .contains("Usage: tessera recipe seed", "--weights", "--image", "images, float32 [n");
    assertThat(CommandRun.of("recipe", "nagphormer", "--help").out()).doesNotContain("--weights");
  }

  @Test
  void seedIsWhatTheLibraryGives() throws IOException {
    Path files = example("seed");
    Path ids = outputs.resolve("ids.npy");
    Path embeddings = outputs.resolve("embeddings.npy");
    Path weights = files.resolve("weights.safetensors");
    Path images = files.resolve("images.npy");
    CommandRun run =
        succeeded("seed", "--weights", weights, "--input", images, "--output", ids, "--json");
    assertThat(run.err()).contains("seed: ids [2, 32]", "scalar (plain loops");
    assertThat(run.json()).containsEntry("command", "recipe seed").containsEntry("decode", "false");
    succeeded("seed", "--weights", weights, "--decode", "--input", ids, "--output", embeddings);

    try (Tessera tessera = Tessera.open("scalar");
        Seed seed = Seed.of(tessera, Weights.of(TensorFile.open(weights)))) {
      Tensor stored = Npy.open(images);
      FloatTensor encoded = FloatTensor.of(stored.segment(), 2, 5, 20);
      TokenIds expected = seed.encode(encoded);
      assertThat(Npy.open(ids).shape()).containsExactly(2, 32);
      assertThat(Vectors.readIds(ids)).isEqualTo(expected.toArray());
      assertThat(Npy.open(embeddings).floats().toArray())
          .isEqualTo(seed.decode(expected).toArray());
    }
    CommandRun simd =
        CommandRun.of(
            "recipe",
            "seed",
            "--weights",
            weights,
            "--input",
            images,
            "--output",
            outputs.resolve("simd.npy"),
            "--backend",
            "simd");
    assertThat(simd.status()).as(simd.err()).isZero();
    assertThat(simd.err()).contains("simd (");
    assertThat(Vectors.readIds(outputs.resolve("simd.npy"))).isEqualTo(Vectors.readIds(ids));
    Vectors.assertHoldsOnly(outputs, "ids.npy", "embeddings.npy", "simd.npy");
  }

  private static int[] field(String json, String name) {
    return RecipeFolder.field(json, name);
  }

  @Test
  void textAndImagesOfSeedAreReadBackFromTheirSequence() throws IOException {
    Path files = example("seed");
    Path weights = files.resolve("weights.safetensors");
    Path ids = outputs.resolve("ids.npy");
    Path sequence = outputs.resolve("sequence.jsonl");
    Path page = outputs.resolve("page.html");
    Path tokenizer = files.resolve("tokenizer.model");
    succeeded(
        "seed", "--weights", weights, "--input", files.resolve("images.npy"), "--output", ids);
    CommandRun run =
        succeeded(
            "seed",
            "--tokenizer",
            tokenizer,
            "--text",
            "a <cat>",
            "--image",
            ids,
            "--text",
            "is it?",
            "--output",
            sequence,
            "--html",
            page,
            "--json");

    String line = Files.readString(sequence);
    assertThat(line.lines()).hasSize(1);
    assertThat(line).startsWith("{\"system\":\"seed\"").endsWith("}\n");
    int[] all = field(line, "ids");
    try (Tessera tessera = Tessera.open("scalar");
        LlamaText text = LlamaText.of(tessera, tokenizer, true)) {
      int[] first = text.tokenizer().encode("a <cat>");
      int end = 1 + first.length;
      assertThat(Arrays.copyOfRange(all, 1, end)).isEqualTo(first);
      assertThat(line)
          .contains(
              "{\"modality\":\"begin\",\"start\":0,\"end\":1}",
              "{\"modality\":\"text\",\"start\":1,\"end\":%d}".formatted(end),
              "{\"modality\":\"image\",\"start\":%d,\"end\":%d}".formatted(end, end + 68));
      SeedSequences sequences = SeedSequences.of(40192, 40193, text.tokenizer());
      assertThat(sequences.parse(all).toArray()).isEqualTo(Vectors.readIds(ids));
    }
    assertThat(run.json()).containsEntry("ids", "" + all.length).containsEntry("spans", "4");
    assertThat(page)
        .content()
        .contains("<span class=\"key c2\">image 68</span>", "title=\"40192: &lt;img>\"")
        .containsPattern("title=\"3\\d{4}: code \\d+ of image")
        .doesNotContain("<cat>", "http:", "https:", "src=");
    Vectors.assertHoldsOnly(outputs, "ids.npy", "sequence.jsonl", "page.html");
  }

  @Test
  void gridsOfEmu3AreReadBackFromTheirSequence() throws IOException {
    Path files = example("emu3");
    Path weights = files.resolve("weights.safetensors");
    Path tokenizer = files.resolve("tokenizer.json");
    Path ids = outputs.resolve("ids.npy");
    Path sequence = outputs.resolve("sequence.jsonl");
    Path latents = files.resolve("latents.npy");
    succeeded("emu3", "--weights", weights, "--input", latents, "--output", ids);
    succeeded(
        "emu3",
        "--weights",
        weights,
        "--tokenizer",
        tokenizer,
        "--image",
        latents,
        "--text",
        "what",
        "--image",
        ids,
        "--output",
        sequence);

    try (Tessera tessera = Tessera.open("scalar");
        BpeTokenizer text = tessera.text(BpeVocabulary.tokenizerJson(tokenizer));
        Emu3 emu3 = Emu3.of(tessera, Weights.of(TensorFile.open(weights)), text)) {
      List<ParsedGrid> grids = emu3.images(field(Files.readString(sequence), "ids"));
      assertThat(grids).hasSize(2);
      for (ParsedGrid grid : grids) {
        assertThat(grid.frames().getFirst().toArray()).isEqualTo(Vectors.readIds(ids));
      }
    }
  }

  @Test
  void rowsThatTakeThePlaceOfIdsAreCounted() throws IOException {
    Path files = example("llava");
    Path sequence = outputs.resolve("sequence.jsonl");
    Path tokenizer = files.resolve("tokenizer.model");
    Path image = files.resolve("image.npy");
    succeeded(
        "llava", "--tokenizer", tokenizer, "--text", "a", "--image", image, "--output", sequence);
    String llava = Files.readString(sequence);
    int[] ids = field(llava, "ids");
    assertThat(ids[ids.length - 1]).isEqualTo(Splice.PLACEHOLDER);
    assertThat(llava)
        .contains("\"start\":%d,\"end\":%d,\"rows\":6}".formatted(ids.length - 1, ids.length));

    Path nodes = Vectors.write(folder.resolve("nodes.npy"), Vectors.random(1, 3, 16));
    succeeded("graphgpt", "--tokenizer", tokenizer, "--graph", nodes, "--output", sequence);
    assertThat(field(Files.readString(sequence), "ids"))
        .endsWith(GraphGpt.START, GraphGpt.PATCH, GraphGpt.PATCH, GraphGpt.PATCH, GraphGpt.END);

    succeeded(
        "llaga",
        "--tokenizer",
        tokenizer,
        "--template",
        "overview",
        "--hops",
        4,
        "--node",
        "a",
        "--node",
        "b",
        "--output",
        sequence);
    assertThat(Files.readString(sequence)).contains("\"rows\":5}]", "\"rows\":5},{");
  }

  @Test
  void settingsChooseBetweenPaperAndReleasedCode() throws IOException {
    Path files = example("mole-bert");
    Path ids = outputs.resolve("ids.npy");
    Object[] arguments = {
      "mole-bert",
      "--weights",
      files.resolve("weights.safetensors"),
      "--input",
      files.resolve("atoms.npy"),
      "--input",
      files.resolve("types.npy"),
      "--output",
      ids,
      "--lookup",
      "paper"
    };
    succeeded(arguments);
    int[] paper = Vectors.readIds(ids);
    arguments[arguments.length - 1] = "released";
    succeeded(arguments);
    int[] released = Vectors.readIds(ids);
    FloatMatrix atoms = Npy.open(files.resolve("atoms.npy")).floats();
    for (int atom = 0; atom < released.length; atom++) {
      for (int i = 0; i < atoms.columns(); i++) {
        assertThat(atoms.get(atom, i)).isLessThanOrEqualTo(atoms.get(atom, released[atom]));
      }
    }
    assertThat(paper).isNotEqualTo(released);
  }

  private void assertFailed(CommandRun run, int status, String... said) throws IOException {
    files.assertFailed(run, status, said);
  }

  @Test
  void weightsThatLackOrDoNotFitAreNamedWithWhatWasExpected() throws IOException {
    Path files = example("gft");
    Path weights = files.resolve("weights.safetensors");
    Path ids = outputs.resolve("ids.npy");
    Path nodes = files.resolve("nodes.npy");
    assertFailed(
        recipe("gft", "--input", nodes, "--output", ids),
        1,
        "gft takes weights: give --weights FILE with project_in.weight [3072 x 768]");

    Map<String, Tensor> tensors = new LinkedHashMap<>();
    TensorFile all = TensorFile.open(weights);
    for (String name : all.names()) {
      tensors.put("model." + name, all.tensor(name));
    }
    Path prefixed = folder.resolve("prefixed.safetensors");
    Safetensors.write(prefixed, tensors);
    assertFailed(
        recipe("gft", "--weights", prefixed, "--input", nodes, "--output", ids),
        1,
        "prefixed.safetensors: gft expects a tensor called 'project_in.weight' [3072 x 768], found",
        "'model._codebook.embed'",
        "--prefix");
    succeeded(
        "gft", "--weights", prefixed, "--prefix", "model.", "--input", nodes, "--output", ids);
    Files.delete(ids);

    tensors.put("model.project_in.bias", Tensor.of(Vectors.random(1, 1, 31), 31));
    Safetensors.write(prefixed, tensors);
    assertFailed(
        recipe(
            "gft", "--weights", prefixed, "--prefix", "model.", "--input", nodes, "--output", ids),
        1,
        "gft expects 'project_in.bias' with the shape [32], found [31]");
  }

  @Test
  void inputsThatDoNotFitAreOneLine() throws IOException {
    Path files = example("movqgan");
    Path weights = files.resolve("weights.safetensors");
    Path latents = files.resolve("latents.npy");
    Path ids = outputs.resolve("ids.npy");
    Path flat = Vectors.write(folder.resolve("flat.npy"), Vectors.random(1, 3, 5));
    assertFailed(
        recipe("movqgan", "--weights", weights, "--input", flat, "--output", ids),
        1,
        "flat.npy: expected latents [4 x h x w], found [3 x 5]");
    assertFailed(
        recipe("movqgan", "--weights", weights, "--output", ids),
        2,
        "movqgan takes --input for latents, float32 [4 x 32 x 32]; found 0");
    assertFailed(
        recipe(
            "movqgan",
            "--weights",
            weights,
            "--input",
            latents,
            "--output",
            outputs.resolve("ids.txt")),
        2,
        "expected FILE.npy, FILE.npz or FILE.safetensors");
    assertFailed(
        recipe("movqgan", "--weights", weights, "--input", latents, "--output", latents),
        2,
        "would replace the input");
    assertFailed(
        recipe("movqgan", "--weights", weights, "--input", latents, "--output", ids, "--html", "x"),
        2,
        "--html");
    assertFailed(
        recipe("seed", "--text", "a", "--input", latents, "--output", outputs.resolve("s.jsonl")),
        2,
        "--text makes a sequence; that has no --input");
    assertFailed(
        recipe("seed", "--text", "a", "--output", outputs.resolve("s.jsonl")),
        1,
        "seed needs a vocabulary for text: give --tokenizer FILE, as in tokenizer.model");
    assertFailed(recipe("blip2", "--decode", "--output", ids), 2, "--decode");
    assertFailed(
        recipe("mole-bert", "--lookup", "both", "--output", ids),
        2,
        "expected paper or released, found 'both'");
    assertFailed(CommandRun.of("recipe"), 2, "the name of a system is missing");
    assertFailed(
        CommandRun.of("recipe", "example", "palm", "--output", outputs.resolve("x")),
        2,
        "there is no system palm; there are llama, llava");
  }

  @Test
  void aMarkInATextIsNoPlaceForAnImage() throws IOException {
    Path files = example("llava");
    assertFailed(
        recipe(
            "llava",
            "--tokenizer",
            files.resolve("tokenizer.model"),
            "--text",
            "an <image>",
            "--output",
            outputs.resolve("s.jsonl")),
        1,
        "part 1, a text, has <image> in it, which stands for a --image");
  }
}
