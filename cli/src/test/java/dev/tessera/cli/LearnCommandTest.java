package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.io.Npy;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.KMeansOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LearnCommandTest {
  @TempDir private Path folder;
  private FloatMatrix vectors;
  private Path vectorsFile;
  private Path outputs;
  private Path codebook;

  @BeforeEach
  void write() throws IOException {
    vectors = Vectors.random(11, 600, 9);
    vectorsFile = Vectors.write(folder.resolve("vectors.npy"), vectors);
    outputs = Files.createDirectory(folder.resolve("outputs"));
    codebook = outputs.resolve("codebook.npy");
  }

  private CommandRun learn(Path input, Object... more) {
    Object[] arguments = new Object[4 + more.length];
    arguments[0] = "learn";
    arguments[1] = input;
    arguments[2] = "--output";
    arguments[3] = codebook;
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.of(arguments);
  }

  private void assertEnded(CommandRun run, int status, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said);
    Vectors.assertHoldsOnly(outputs);
  }

  @ParameterizedTest
  @CsvSource({"L2,auto,1", "L2,scalar,2", "COSINE,auto,2"})
  void theCodebookIsThatOfTheApi(Metric metric, String backend, int threads) throws IOException {
    CommandRun run =
        learn(
            vectorsFile,
            "--codes",
            20,
            "--seed",
            7,
            "--iterations",
            4,
            "--metric",
            metric,
            "--backend",
            backend,
            "--threads",
            threads);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("20 codewords of 9 columns", "4 iterations", "vectors/s by ");
    try (Tessera scalar = Tessera.open("scalar")) {
      float[] expected =
          scalar
              .learn(vectors, KMeansOptions.of(20, 7).withIterations(4).withMetric(metric))
              .codebook()
              .codewords()
              .toArray();
      assertThat(Npy.open(codebook).floats().toArray()).isEqualTo(expected);
    }
    Vectors.assertHoldsOnly(outputs, "codebook.npy");
  }

  @Test
  void jsonTellsOfTheRun() throws IOException {
    CommandRun run = learn(vectorsFile, "--codes", 5, "--seed", -3, "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json())
        .containsEntry("command", "learn")
        .containsEntry("codes", "5")
        .containsEntry("seed", "-3")
        .containsKeys("iterations", "converged", "reseeded", "vectors_per_second");
  }

  @Test
  void fewerDistinctRowsThanCodesAreCounted() throws IOException {
    FloatMatrix repeated = FloatMatrix.allocate(30, 4);
    for (int row = 0; row < 30; row++) {
      repeated.set(row, 0, row % 3);
    }
    Path input = Vectors.write(folder.resolve("repeated.npy"), repeated);

    assertEnded(
        learn(input, "--codes", 20),
        1,
        "repeated.npy",
        "20 codes",
        "30 vectors",
        "only 3 distinct");
  }

  @Test
  void aNanIsNamed() throws IOException {
    vectors.set(400, 8, Float.NaN);
    Vectors.write(vectorsFile, vectors);

    assertEnded(learn(vectorsFile, "--codes", 2), 1, "vectors.npy: row 400 holds NaN in column 8");
  }

  @Test
  void impossibleOptionsAreWrongUsage() throws IOException {
    assertEnded(learn(vectorsFile), 2, "--codes");
    assertEnded(learn(vectorsFile, "--codes", 0), 2, "at least 1 codeword, not 0");
    assertEnded(learn(vectorsFile, "--codes", 2, "--iterations", 0), 2, "at least 1 iteration");
    assertEnded(learn(vectorsFile, "--codes", 2, "--metric", "dot"), 2, "not DOT");
    codebook = vectorsFile;
    assertEnded(learn(vectorsFile, "--codes", 2), 2, "would replace the input");
  }

  @Test
  void anUnwritableOutputIsFoundBeforeTheWork() throws IOException {
    codebook = folder.resolve("nowhere").resolve("codebook.npy");

    assertEnded(learn(vectorsFile, "--codes", 1000), 1, "codebook.npy", "does not exist");
  }

  @Test
  void progressCountsIterations() {
    CommandRun run =
        CommandRun.onTerminal(
            "learn", vectorsFile, "--output", codebook, "--codes", 5, "--iterations", 3);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("\rlearn", "/3", "%", "/s");
  }

  @Test
  void anInterruptEndsTheRunAndLeavesNothing() throws IOException {
    Thread.currentThread().interrupt();
    CommandRun run = learn(vectorsFile, "--codes", 5);

    assertThat(Thread.interrupted()).isTrue();
    assertEnded(run, 130, "interrupted");
  }
}
