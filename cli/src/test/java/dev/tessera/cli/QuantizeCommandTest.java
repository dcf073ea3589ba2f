package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.Npz;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Neighbours;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantizeCommandTest {
  private static final int COLUMNS = 24;

  @TempDir private Path folder;
  private FloatMatrix vectors;
  private FloatMatrix codewords;
  private Path vectorsFile;
  private Path codebookFile;
  private Path outputs;
  private Path ids;

  @BeforeEach
  void write() throws IOException {
    vectors = Vectors.random(1, 500, COLUMNS);
    codewords = Vectors.random(2, 37, COLUMNS);
    vectorsFile = Vectors.write(folder.resolve("vectors.npy"), vectors);
    codebookFile = Vectors.write(folder.resolve("codebook.npy"), codewords);
    outputs = Files.createDirectory(folder.resolve("outputs"));
    ids = outputs.resolve("ids.npy");
  }

  private CommandRun quantize(Object input, Object... more) {
    Object[] arguments = new Object[6 + more.length];
    arguments[0] = "quantize";
    arguments[1] = input;
    arguments[2] = "--codebook";
    arguments[3] = codebookFile;
    arguments[4] = "--output";
    arguments[5] = ids;
    System.arraycopy(more, 0, arguments, 6, more.length);
    return CommandRun.of(arguments);
  }

  private Neighbours expected(FloatMatrix points, Metric metric) {
    try (Tessera scalar = Tessera.open("scalar")) {
      return scalar
          .quantizer(Codebook.of(codewords), QuantizerOptions.of(metric))
          .nearest(points, 1);
    }
  }

  private void assertFailed(CommandRun run, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said);
    assertThat(run.err().lines()).as("one line").hasSize(1);
    Vectors.assertHoldsOnly(outputs);
  }

  private void assertRefused(CommandRun run, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(2);
    assertThat(run.err()).contains(said);
    Vectors.assertHoldsOnly(outputs);
  }

  @ParameterizedTest
  @CsvSource({"L2,auto,1", "L2,scalar,2", "DOT,auto,2", "COSINE,auto,7", "L2,simd,2"})
  void idsAndDistancesAreThoseOfTheScalarBackend(Metric metric, String backend, int threads)
      throws IOException {
    Path distances = outputs.resolve("distances.npy");
    CommandRun run =
        quantize(
            vectorsFile,
            "--distances",
            distances,
            "--metric",
            metric.name().toLowerCase(java.util.Locale.ROOT),
            "--backend",
            backend,
            "--threads",
            threads);

    assertThat(run.status()).as(run.err()).isZero();
    Neighbours expected = expected(vectors, metric);
    Tensor written = Npy.open(ids);
    assertThat(written.type()).isEqualTo(ElementType.I32);
    assertThat(written.shape()).containsExactly(500);
    assertThat(Vectors.readIds(ids)).isEqualTo(expected.ids().toArray());
    assertThat(readDoubles(distances)).isEqualTo(expected.distances().toArray());
    Vectors.assertHoldsOnly(outputs, "ids.npy", "distances.npy");
  }

  private static double[] readDoubles(Path file) throws IOException {
    Tensor tensor = Npy.open(file);
    assertThat(tensor.type()).isEqualTo(ElementType.F64);
    return tensor.segment().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
  }

  @Test
  void manyBlocksMakeOneFile() throws IOException {
    FloatMatrix many = Vectors.random(3, 200_000, COLUMNS);
    codewords = Vectors.random(4, 3, COLUMNS);
    Vectors.write(codebookFile, codewords);
    CommandRun run = quantize(Vectors.write(folder.resolve("many.npy"), many));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Vectors.readIds(ids)).isEqualTo(expected(many, Metric.L2).ids().toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vectors.npz:points", "vectors.safetensors:points"})
  void archivesAreReadByName(String input) throws IOException {
    Npz.write(folder.resolve("vectors.npz"), Map.of("points", Tensor.of(vectors)));
    Safetensors.write(folder.resolve("vectors.safetensors"), Map.of("points", Tensor.of(vectors)));
    CommandRun run = quantize(folder.resolve(input));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Vectors.readIds(ids)).isEqualTo(expected(vectors, Metric.L2).ids().toArray());
  }

  @Test
  void aMissingTensorIsNamedWithThoseThatAreThere() throws IOException {
    Path archive = folder.resolve("vectors.safetensors");
    Safetensors.write(archive, Map.of("points", Tensor.of(vectors)));

    assertFailed(quantize(archive + ":dots"), "vectors.safetensors", "dots", "points");
  }

  @Test
  void doublesThatAreExactFloatsAreTaken() throws IOException {
    CommandRun run = quantize(writeDoubles(0));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Vectors.readIds(ids)).isEqualTo(expected(vectors, Metric.L2).ids().toArray());
  }

  @Test
  void otherDoublesAreRefusedUnlessRoundingIsAskedFor() throws IOException {
    Path doubles = writeDoubles(1e-12);

    assertFailed(quantize(doubles), "doubles.npy: row 0, column 0", "float32", "--round");

    CommandRun run = quantize(doubles, "--round");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Vectors.readIds(ids)).isEqualTo(expected(vectors, Metric.L2).ids().toArray());
  }

  private Path writeDoubles(double added) throws IOException {
    DoubleMatrix doubles = DoubleMatrix.allocate(vectors.rows(), COLUMNS);
    for (int row = 0; row < vectors.rows(); row++) {
      for (int column = 0; column < COLUMNS; column++) {
        doubles.set(row, column, vectors.get(row, column) + added);
      }
    }
    Path file = folder.resolve("doubles.npy");
    Npy.write(file, Tensor.of(doubles));
    return file;
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aNanIsAnErrorThatNamesTheRowInTheFileOrSkipped(float value) throws IOException {
    int row = 180_001; // in the second block
    FloatMatrix many = Vectors.random(5, 190_000, COLUMNS);
    many.set(row, 7, value);
    codewords = Vectors.random(4, 2, COLUMNS);
    Vectors.write(codebookFile, codewords);
    Path input = Vectors.write(folder.resolve("many.npy"), many);

    assertFailed(
        quantize(input), "many.npy: row 180001 holds " + value + " in column 7", "--nan skip");

    Path distances = outputs.resolve("distances.npy");
    CommandRun run = quantize(input, "--nan", "skip", "--distances", distances, "--json");
    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json()).containsEntry("skipped", "1");
    int[] found = Vectors.readIds(ids);
    assertThat(found[row]).isEqualTo(-1);
    assertThat(readDoubles(distances)[row]).isNaN();
    assertThat(found[row - 1]).isNotNegative();
    assertThat(found[row + 1]).isNotNegative();
  }

  @Test
  void noVectorsGiveNoIds() throws IOException {
    CommandRun run =
        quantize(Vectors.write(folder.resolve("none.npy"), FloatMatrix.allocate(0, COLUMNS)));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Npy.open(ids).shape()).containsExactly(0);
  }

  @Test
  void equalCodewordsGiveTheLowestId() throws IOException {
    for (int column = 0; column < COLUMNS; column++) {
      codewords.set(36, column, codewords.get(5, column));
    }
    Vectors.write(codebookFile, codewords);
    CommandRun run = quantize(codebookFile);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Vectors.readIds(ids)[36]).isEqualTo(5);
  }

  @Test
  void columnsMustAgree() throws IOException {
    Path input = Vectors.write(folder.resolve("narrow.npy"), Vectors.random(6, 4, 23));

    assertFailed(quantize(input), "23 columns", "codebook.npy has 24");
  }

  @Test
  void aCodebookNeedsAFiniteCodeword() throws IOException {
    Vectors.write(codebookFile, FloatMatrix.allocate(0, COLUMNS));
    assertFailed(quantize(vectorsFile), "codebook.npy", "at least 1 codeword");

    codewords.set(3, 1, Float.NaN);
    Vectors.write(codebookFile, codewords);
    assertFailed(quantize(vectorsFile), "codebook.npy", "codeword 3", "column 1");
  }

  @Test
  void missingAndTruncatedFilesAreNamed() throws IOException {
    assertFailed(quantize(folder.resolve("nowhere.npy")), "nowhere.npy", "no such file");

    byte[] bytes = Files.readAllBytes(vectorsFile);
    Files.write(vectorsFile, java.util.Arrays.copyOf(bytes, bytes.length - 5));
    assertFailed(quantize(vectorsFile), "vectors.npy", "expected 48000 bytes", "found 47995");
  }

  @Test
  void aVectorIsNoMatrix() throws IOException {
    Path input = folder.resolve("flat.npy");
    Npy.write(input, Tensor.of(vectors, vectors.rows() * COLUMNS));

    assertFailed(quantize(input), "flat.npy", "[12000]");
  }

  @Test
  void theOutputMustBeAFileInAFolder() throws IOException {
    ids = folder.resolve("nowhere").resolve("ids.npy");
    assertFailed(quantize(vectorsFile), "ids.npy", "nowhere", "does not exist");

    ids = outputs;
    assertFailed(quantize(vectorsFile), "outputs", "folder");
  }

  @Test
  void aFailedRunLeavesAnOldOutputAlone() throws IOException {
    Files.writeString(ids, "precious");
    vectors.set(499, 0, Float.NaN);
    Vectors.write(vectorsFile, vectors);

    assertThat(quantize(vectorsFile).status()).isEqualTo(1);
    assertThat(ids).hasContent("precious");
    Vectors.assertHoldsOnly(outputs, "ids.npy");
  }

  @Test
  void contradictionsAreWrongUsage() throws IOException {
    assertRefused(quantize(vectorsFile, "--distances", ids), "the same file");
    Path sameInOtherWords = outputs.resolve("..").resolve("outputs").resolve("ids.npy");
    assertRefused(quantize(vectorsFile, "--distances", sameInOtherWords), "the same file");
    assertRefused(quantize(vectorsFile, "--distances", ""), "--distances", "an empty name");
    assertRefused(quantize(vectorsFile, "--threads", 0), "--threads must be from 1 to 4096, not 0");
    assertRefused(quantize(vectorsFile, "--threads", 100_000), "from 1 to 4096, not 100000");
    assertRefused(quantize(vectorsFile, "--backend", "gpu"), "no backend `gpu`", "scalar");
    assertRefused(quantize(vectorsFile, "--metric", "l1"), "--metric");
    assertRefused(quantize("vectors.txt"), "FILE.npy", "vectors.txt");
    ids = vectorsFile;
    assertRefused(quantize(vectorsFile), "would replace the input");
    ids = codebookFile;
    assertRefused(quantize(vectorsFile), "would replace the input");
  }

  @Test
  void nothingButJsonGoesToStandardOutput() throws IOException {
    CommandRun quiet = quantize(vectorsFile);
    CommandRun json = quantize(vectorsFile, "--json");

    assertThat(quiet.out()).isEmpty();
    assertThat(quiet.err()).contains("500 vectors", "37 codewords", "vectors/s", "wrote");
    assertThat(json.out().lines()).hasSize(1);
    assertThat(json.json())
        .containsEntry("command", "quantize")
        .containsEntry("rows", "500")
        .containsEntry("codes", "37")
        .containsEntry("metric", "l2")
        .containsEntry("output", ids.toString())
        .containsKey("vectors_per_second");
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void theProgressBarIsForTerminalsAlone(Metric metric) {
    Object[] arguments = {
      "quantize", vectorsFile, "--codebook", codebookFile, "--output", ids, "--metric", metric
    };

    assertThat(CommandRun.of(arguments).err()).doesNotContain("\r", "%");
    assertThat(CommandRun.onTerminal(arguments).err()).contains("\rquantize", "/500", "%", "/s");
  }

  @Test
  void theScalarBackendSaysWhyNoFasterOneRan() {
    CommandRun asked = quantize(vectorsFile, "--backend", "scalar");

    assertThat(asked.status()).isZero();
    assertThat(asked.err()).contains("by scalar (").doesNotContain("unavailable");
  }

  @Test
  void anInterruptEndsTheRunAndLeavesNothing() throws IOException {
    Thread.currentThread().interrupt();
    CommandRun run = quantize(vectorsFile);

    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
    assertThat(run.status()).isEqualTo(130);
    assertThat(run.err()).contains("interrupted");
    Vectors.assertHoldsOnly(outputs);
  }
}
