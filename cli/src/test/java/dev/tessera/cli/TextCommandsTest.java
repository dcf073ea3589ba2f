package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `tokenize`, `detokenize` and `train-bpe`, with ids as tiktoken gives them.
final class TextCommandsTest {
  private static final String GREAT = "tiktoken is great!";
  private static final int[] GREAT_IDS = {83, 1609, 5963, 374, 2294, 0};
  private static final String HELLO = "hello world";
  private static final int[] HELLO_IDS = {15339, 1917};

  @TempDir private Path folder;
  private Path great;
  private Path hello;
  private Path outputs;

  @BeforeEach
  void write() throws IOException {
    great = Files.writeString(folder.resolve("great.txt"), GREAT);
    hello = Files.writeString(folder.resolve("hello.txt"), HELLO);
    outputs = Files.createDirectory(folder.resolve("outputs"));
  }

  private static int[] ids(Path file) throws IOException {
    Tensor tensor = Npy.open(file);
    assertThat(tensor.type()).isEqualTo(ElementType.U32);
    return tensor.ids().toArray();
  }

  private static long[] longs(Path file) throws IOException {
    Tensor tensor = Npy.open(file);
    assertThat(tensor.type()).isEqualTo(ElementType.I64);
    return tensor.segment().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "scalar", "simd"})
  void idsArePrintedALineAFile(String backend) {
    CommandRun run =
        CommandRun.of("tokenize", great, hello, "--vocabulary", "cl100k", "--backend", backend);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out().lines()).containsExactly("83 1609 5963 374 2294 0", "15339 1917");
  }

  @Test
  void filesOfIdsHaveOffsetsAndSpansBesideThem() throws IOException {
    Path output = outputs.resolve("ids.npy");
    CommandRun run =
        CommandRun.of(
            "tokenize", great, hello, "--vocabulary", "cl100k", "--output", output, "--offsets");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(ids(output)).containsExactly(83, 1609, 5963, 374, 2294, 0, 15339, 1917);
    assertThat(longs(outputs.resolve("ids.offsets.npy"))).containsExactly(0, 6, 8);
    assertThat(longs(outputs.resolve("ids.spans.npy")))
        .containsExactly(0, 1, 1, 3, 3, 8, 8, 11, 11, 17, 17, 18, 0, 5, 5, 11);
    Vectors.assertHoldsOnly(outputs, "ids.npy", "ids.offsets.npy", "ids.spans.npy");
  }

  @Test
  void oneFileHasNoOffsets() throws IOException {
    Path output = outputs.resolve("ids.npy");
    CommandRun run =
        CommandRun.of("tokenize", great, "--vocabulary", "cl100k", "--output", output, "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json()).containsEntry("tokens", "6").containsEntry("bytes", "18");
    assertThat(ids(output)).containsExactly(GREAT_IDS);
    Vectors.assertHoldsOnly(outputs, "ids.npy");
  }

  @Test
  void countsAndObjectsGoToStandardOutput() {
    CommandRun counts =
        CommandRun.of("tokenize", great, hello, "--vocabulary", "cl100k", "--count");
    assertThat(counts.out().lines()).containsExactly("6\t" + great, "2\t" + hello);

    CommandRun objects =
        CommandRun.of("tokenize", hello, "--vocabulary", "cl100k", "--jsonl", "--offsets");
    assertThat(objects.out())
        .contains("\"tokens\":2", "\"ids\":[15339,1917]", "\"spans\":[[0,5],[5,11]]");
  }

  @Test
  void specialTokensAreRefusedAllowedOrText() throws IOException {
    Path injected = Files.writeString(folder.resolve("injected.txt"), "hi<|endoftext|>");

    CommandRun refused = CommandRun.of("tokenize", injected, "--vocabulary", "cl100k");
    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("injected.txt", "<|endoftext|>", "at 2", "--special");

    CommandRun allowed =
        CommandRun.of("tokenize", injected, "--vocabulary", "cl100k", "--special", "allow");
    assertThat(allowed.out().strip()).isEqualTo("6151 100257");

    CommandRun text =
        CommandRun.of("tokenize", injected, "--vocabulary", "cl100k", "--special", "text");
    assertThat(text.out().strip()).startsWith("6151 ").doesNotContain("100257");
  }

  @Test
  void aFailedRunLeavesNothingBehind() throws IOException {
    Path injected = Files.writeString(folder.resolve("injected.txt"), "hi<|endoftext|>");
    CommandRun run =
        CommandRun.of(
            "tokenize",
            great,
            injected,
            "--vocabulary",
            "cl100k",
            "--output",
            outputs.resolve("i.npy"));

    assertThat(run.status()).isEqualTo(1);
    Vectors.assertHoldsOnly(outputs);
  }

  @Test
  void idsBecomeTheTextAgain() throws IOException {
    Path output = outputs.resolve("ids.npy");
    assertThat(
            CommandRun.of("tokenize", great, "--vocabulary", "o200k", "--output", output).status())
        .isZero();

    assertThat(CommandRun.of("detokenize", output, "--vocabulary", "o200k").out()).isEqualTo(GREAT);

    Path text = outputs.resolve("text.txt");
    CommandRun run = CommandRun.of("detokenize", output, "--vocabulary", "o200k", "--output", text);
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(text).hasContent(GREAT);
  }

  @Test
  void aPageShowsTheTokens() throws IOException {
    Path page = outputs.resolve("page.html");
    CommandRun run = CommandRun.of("tokenize", hello, "--vocabulary", "cl100k", "--html", page);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readString(page)).contains("15339: 68 65 6c 6c 6f", ">hello</span>");
  }

  @Test
  void aLearnedVocabularyTokenizes() throws IOException {
    Path corpus = Files.writeString(folder.resolve("corpus.txt"), "low lower lowest\n".repeat(50));
    Path vocabulary = outputs.resolve("tokenizer.json");
    Path ranks = outputs.resolve("learned.tiktoken");
    CommandRun trained =
        CommandRun.of(
            "train-bpe", corpus, "--size", 262, "--output", vocabulary, "--tiktoken", ranks);
    assertThat(trained.status()).as(trained.err()).isZero();
    assertThat(ranks).exists();

    Path low = Files.writeString(folder.resolve("low.txt"), "low");
    CommandRun run = CommandRun.of("tokenize", low, "--vocabulary", vocabulary, "--count");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("1\t" + low + System.lineSeparator());
  }

  @Test
  void wrongUsageIsNamed() {
    assertThat(CommandRun.of("tokenize", great, "--vocabulary", "gpt9").status()).isEqualTo(2);
    assertThat(CommandRun.of("tokenize", great, "--vocabulary", "gpt9").err())
        .contains("--vocabulary", "gpt9", "cl100k");
    assertThat(CommandRun.of("train-bpe", great, "--size", 3, "--output", "t.json").status())
        .isEqualTo(2);
    CommandRun missing =
        CommandRun.of("tokenize", folder.resolve("nowhere.txt"), "--vocabulary", "cl100k");
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.err()).contains("nowhere.txt", "no such file");
  }
}
