package dev.tessera.cli;

import static dev.tessera.cli.RecipeFolder.field;
import static dev.tessera.cli.RecipeFolder.run;
import static dev.tessera.cli.RecipeFolder.succeeded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.recipe.GraphTranslator;
import dev.tessera.recipe.LlamaText;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import dev.tessera.text.SpecialTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sequences of a file of parts, and those that begin with rows of a Q-Former.
final class RecipeSequencesTest {
  @TempDir private Path folder;
  private RecipeFolder runs;

  @BeforeEach
  void makeFolder() throws IOException {
    runs = RecipeFolder.in(folder);
  }

  @Test
  void eachLineBecomesTheSequenceThatItsPartsGiveAlone() throws IOException {
    Path files = runs.example("seed");
    Path tokenizer = files.resolve("tokenizer.model");
    Path weights = files.resolve("weights.safetensors");
    Path images = files.resolve("images.npy");
    Path prompts =
        Files.write(
            files.resolve("prompts.jsonl"),
            List.of(
                "[{\"text\": \"What is \"}, {\"image\": \"images.npy\"}]",
                " [ {\"text\":\"a \\\"cat\\\" \\u00e9\"} ] "));
    Path sequences = runs.output("sequences.jsonl");
    Path page = runs.output("page.html");
    CommandRun made =
        succeeded(
            "seed",
            "--weights",
            weights,
            "--tokenizer",
            tokenizer,
            "--sequences",
            prompts,
            "--output",
            sequences,
            "--html",
            page,
            "--json");

    Path first = runs.output("first.jsonl");
    succeeded(
        "seed",
        "--weights",
        weights,
        "--tokenizer",
        tokenizer,
        "--text",
        "What is ",
        "--image",
        images,
        "--output",
        first);
    Path second = runs.output("second.jsonl");
    succeeded("seed", "--tokenizer", tokenizer, "--text", "a \"cat\" \u00e9", "--output", second);
    assertThat(Files.readAllLines(sequences))
        .containsExactly(Files.readString(first).strip(), Files.readString(second).strip());
    int all =
        field(Files.readString(first), "ids").length
            + field(Files.readString(second), "ids").length;
    assertThat(made.json())
        .containsEntry("sequences", "2")
        .containsEntry("ids", "" + all)
        .containsEntry("spans", "5");
    assertThat(made.err()).contains("seed: 2 sequences, " + all + " ids: begin 2, text ");
    assertThat(page)
        .content()
        .contains("<h2>1</h2>", "<h2>2</h2>", "2 sequences, ", "key c2\">image 68</span>");
    Vectors.assertHoldsOnly(
        runs.outputs(), "sequences.jsonl", "page.html", "first.jsonl", "second.jsonl");
  }

  @Test
  void nodesAndGraphsStandInAFile() throws IOException {
    Path llaga = runs.example("llaga");
    Path sequences = runs.output("sequences.jsonl");
    Path nodes = runs.write("nodes.jsonl", "[{\"text\": \"What is \"}, {\"node\": \"paper 7\"}]");
    succeeded(
        "llaga",
        "--tokenizer",
        llaga.resolve("tokenizer.model"),
        "--template",
        "overview",
        "--sequences",
        nodes,
        "--output",
        sequences);
    assertThat(Files.readString(sequences)).contains("{\"modality\":\"node\"", "\"rows\":3}");

    Path tokenizer = runs.example("graphgpt").resolve("tokenizer.model");
    Path data = Files.createDirectory(folder.resolve("data"));
    Vectors.write(data.resolve("three.npy"), Vectors.random(1, 3, 16));
    Path graphs =
        Files.write(data.resolve("graphs.jsonl"), List.of("[{\"graph\": \"three.npy\"}]"));
    succeeded("graphgpt", "--tokenizer", tokenizer, "--sequences", graphs, "--output", sequences);
    assertThat(field(Files.readString(sequences), "ids"))
        .endsWith(32001, 32000, 32000, 32000, 32002);
  }

  @Test
  void aLineAtFaultIsNamedAndNothingIsWritten() throws IOException {
    Path tokenizer = runs.example("seed").resolve("tokenizer.model");
    String good = "[{\"text\": \"a\"}]";
    assertLineRefused(
        tokenizer, "{\"text\": \"a\"}", "line 2: expected an array of parts, as in [{");
    assertLineRefused(tokenizer, "", "line 2: expected an array of parts", "found nothing more");
    assertLineRefused(tokenizer, "[]", "line 2: expected at least one part");
    assertLineRefused(
        tokenizer, "[\"a\"]", "line 2: expected an object of a kind and a text as part 1");
    assertLineRefused(tokenizer, "[{}]", "as part 1, found '}'");
    assertLineRefused(
        tokenizer,
        "[{\"text\": \"a\"}, {\"video\": \"b\"}]",
        "line 2: expected text or image as part 2, found 'video'");
    assertLineRefused(tokenizer, "[{\"text\": 3}]", "as part 1, found '3'");
    assertLineRefused(
        tokenizer,
        "[{\"text\": \"a\", \"image\": \"b.npy\"}]",
        "line 2: expected one kind in part 1, found 'image'");
    assertLineRefused(tokenizer, good + " x", "line 2: expected JSON as in [{");
    assertLineRefused(tokenizer, good + good, "line 2: expected the end of the line, found '['");
    assertLineRefused(tokenizer, "[{\"text\": \"a\"}", "line 2: expected JSON as in [{");
    assertLineRefused(
        tokenizer, "[{\"image\": \"no.npy\"}]", "line 2: ", "no.npy: there is no such file");

    Path sequences = runs.output("sequences.jsonl");
    Path none = runs.write("none.jsonl");
    runs.assertFailed(
        run("seed", "--tokenizer", tokenizer, "--sequences", none, "--output", sequences),
        1,
        "none.jsonl: expected a sequence a line, found no line");
    Path one = runs.write("one.jsonl", good);
    runs.assertFailed(
        run(
            "seed",
            "--tokenizer",
            tokenizer,
            "--sequences",
            one,
            "--text",
            "b",
            "--output",
            sequences),
        2,
        "--sequences has its parts in the file; leave --text out");
    runs.assertFailed(
        run("seed", "--sequences", one, "--decode", "--output", sequences),
        2,
        "--sequences makes a sequence; that has no --input and no --decode");
    runs.assertFailed(
        run("seed", "--tokenizer", tokenizer, "--sequences", one, "--output", one),
        2,
        "would replace the input");
    Path image = Vectors.write(folder.resolve("image.npy"), Vectors.random(1, 1, 4));
    Path own = runs.write("own.jsonl", "[{\"image\": \"image.npy\"}]");
    runs.assertFailed(
        run("seed", "--tokenizer", tokenizer, "--sequences", own, "--output", image),
        2,
        "would replace the input");
    runs.assertFailed(run("gft", "--sequences", one, "--output", sequences), 2, "--sequences");
    Files.write(one, new byte[] {'[', (byte) 0xff});
    runs.assertFailed(
        run("seed", "--tokenizer", tokenizer, "--sequences", one, "--output", sequences),
        1,
        "one.jsonl: expected UTF-8");
  }

  private void assertLineRefused(Path tokenizer, String line, String... said) throws IOException {
    Path prompts = runs.write("prompts.jsonl", "[{\"text\": \"a\"}]", line);
    CommandRun run =
        run(
            "seed",
            "--tokenizer",
            tokenizer,
            "--sequences",
            prompts,
            "--output",
            runs.output("sequences.jsonl"),
            "--html",
            runs.output("page.html"));
    runs.assertFailed(run, 1, said);
    assertThat(run.err()).startsWith("tessera: " + prompts);
  }

  @Test
  void theRowsOfBlip2ComeBeforeAllIds() throws IOException {
    Path files = runs.example("blip2");
    Path sequence = runs.output("sequence.jsonl");
    Path page = runs.output("page.html");
    Path tokenizer = files.resolve("tokenizer.json");
    Path image = files.resolve("images.npy");
    String question = "Question: what is this? Answer:";
    CommandRun made =
        succeeded(
            "blip2",
            "--tokenizer",
            tokenizer,
            "--image",
            image,
            "--text",
            question,
            "--output",
            sequence,
            "--html",
            page);
    String line = Files.readString(sequence);
    int[] ids = field(line, "ids");
    BpeVocabulary vocabulary = BpeVocabulary.tokenizerJson(tokenizer);
    try (Tessera tessera = Tessera.open("scalar");
        BpeTokenizer text = tessera.text(vocabulary)) {
      assertThat(ids[0]).isEqualTo(vocabulary.specialTokens().get("</s>"));
      assertThat(Arrays.copyOfRange(ids, 1, ids.length)).isEqualTo(text.encode(question));
    }
    assertThat(line)
        .contains(
            "\"spans\":[{\"modality\":\"image\",\"start\":0,\"end\":0,\"rows\":32},"
                + "{\"modality\":\"begin\",\"start\":0,\"end\":1},");
    assertThat(made.err()).contains("image 0 (32 rows), begin 1");
    assertThat(page).content().contains("title=\"32 rows of embeddings, without an id\">image<");

    Path llama = runs.example("llava").resolve("tokenizer.model");
    succeeded(
        "blip2",
        "--model",
        "vicuna",
        "--tokenizer",
        llama,
        "--image",
        image,
        "--text",
        "a",
        "--output",
        sequence);
    try (Tessera tessera = Tessera.open("scalar");
        LlamaText text = LlamaText.of(tessera, llama, true)) {
      assertThat(field(Files.readString(sequence), "ids")).isEqualTo(text.prompt("a"));
    }
  }

  @Test
  void blip2RefusesOtherPartsAndOtherText() throws IOException {
    Path files = runs.example("blip2");
    Path sequence = runs.output("sequence.jsonl");
    Path tokenizer = files.resolve("tokenizer.json");
    Path image = files.resolve("images.npy");
    runs.assertFailed(
        run(
            "blip2",
            "--tokenizer",
            tokenizer,
            "--text",
            "a",
            "--image",
            image,
            "--output",
            sequence),
        1,
        "blip2 has one --image and then one --text, found --text, --image");
    runs.assertFailed(
        run(
            "blip2",
            "--model",
            "t5",
            "--tokenizer",
            tokenizer,
            "--image",
            image,
            "--text",
            "a",
            "--output",
            sequence),
        1,
        "Flan-T5's text is a Unigram model",
        "--model opt or vicuna");
    Path others = runs.example("emu3").resolve("tokenizer.json");
    runs.assertFailed(
        run("blip2", "--tokenizer", others, "--image", image, "--text", "a", "--output", sequence),
        1,
        "tokenizer.json: expected the special token </s>, with which OPT's texts begin, found"
            + " none");
  }

  @Test
  void theRowsOfGraphTranslatorTakeTheFirstPlaces() throws IOException {
    Path files = runs.example("graphtranslator");
    Path sequence = runs.output("sequence.jsonl");
    Path model = files.resolve("tokenizer.model");
    succeeded(graphTranslator(files, sequence, "--node", "7", "--text", "What is this?"));
    BpeVocabulary vocabulary = BpeVocabulary.sentencePiece(model, true);
    int gMask = vocabulary.size() + 1;
    int sop = vocabulary.size() + 3;
    int[] node = IntStream.generate(() -> GraphTranslator.PLACEHOLDER).limit(32).toArray();
    try (Tessera tessera = Tessera.open("scalar");
        BpeTokenizer text = tessera.text(vocabulary)) {
      int[] question = text.encode("What is this?", SpecialTokens.AS_TEXT);
      String line = Files.readString(sequence);
      assertThat(field(line, "ids"))
          .isEqualTo(joined(node, new int[] {gMask, sop, gMask, sop}, question));
      assertThat(line).contains("{\"modality\":\"node\",\"start\":0,\"end\":32},");

      succeeded(
          graphTranslator(
              files, sequence, "--node", "7", "--text", "What is this?", "--text", "A cat."));
      assertThat(field(Files.readString(sequence), "ids"))
          .isEqualTo(joined(node, question, text.encode("A cat.", SpecialTokens.AS_TEXT)));
    }
    Files.delete(sequence);
    runs.assertFailed(
        run(graphTranslator(files, sequence, "--text", "a")),
        1,
        "graphtranslator has one --node and then one --text, or two, found --text");
  }

  private static Object[] graphTranslator(Path files, Path sequence, Object... parts) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("graphtranslator", "--weights", files.resolve("weights.safetensors")));
    words.addAll(List.of("--tokenizer", files.resolve("tokenizer.model"), "--output", sequence));
    words.addAll(List.of(parts));
    return words.toArray();
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }
}
