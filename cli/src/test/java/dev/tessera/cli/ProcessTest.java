package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What only a process of its own can show: exit status, signals, limits of memory and disk.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals and ulimit belong to POSIX")
final class ProcessTest {
  /// So long that only a fault lets it pass.
  private static final long PATIENCE_SECONDS = 120;

  private static final int COLUMNS = 64;

  @TempDir private Path folder;
  private Path outputs;
  private Path errors;

  @BeforeEach
  void makeFolder() throws IOException {
    outputs = Files.createDirectory(folder.resolve("outputs"));
    errors = folder.resolve("errors");
  }

  /// Starts the command line.
  ///
  /// @param prefix a command that ends by running what follows it
  private Process start(List<String> prefix, List<String> flags, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:-UsePerfData", "-cp", System.getProperty("java.class.path")));
    command.addAll(flags);
    command.add(Main.class.getName());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(errors.toFile())
            .redirectOutput(folder.resolve("output").toFile());
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    return builder.start();
  }

  private int waitFor(Process process) throws InterruptedException {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("ends").isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String errors() throws IOException {
    return Files.readString(errors);
  }

  /// A `.npy` of zeros that takes no room on the disk.
  private Path zeros(String name, String type, long rows) throws IOException {
    Path file = folder.resolve(name);
    String dictionary =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(type, rows, COLUMNS);
    String header = "\u0093NUMPY\u0001\u0000\u0076\u0000" + "%-117s\n".formatted(dictionary);
    long elementBytes = Character.getNumericValue(type.charAt(2));
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.write(header.getBytes(StandardCharsets.ISO_8859_1));
      access.setLength(header.length() + rows * COLUMNS * elementBytes);
    }
    return file;
  }

  private Path codebook(int codes) throws IOException {
    return Vectors.write(folder.resolve("codebook.npy"), Vectors.random(1, codes, COLUMNS));
  }

  @Test
  void statusesReachTheShell() throws Exception {
    assertThat(waitFor(start(List.of(), List.of(), "--version"))).isZero();
    assertThat(waitFor(start(List.of(), List.of(), "frobnicate"))).isEqualTo(2);
    assertThat(errors()).contains("frobnicate").doesNotContain("\tat ");
    assertThat(
            waitFor(
                start(
                    List.of(),
                    List.of(),
                    "learn",
                    folder.resolve("no.npy"),
                    "--codes",
                    2,
                    "--output",
                    outputs.resolve("x.npy"))))
        .isEqualTo(1);
    assertThat(errors()).contains("no such file").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @CsvSource({"<f4,800000", "<f8,400000"})
  void filesLargerThanTheHeapStream(String type, long rows) throws Exception {
    Path input = zeros("large.npy", type, rows); // 205 MB
    Path ids = outputs.resolve("ids.npy");
    Process process =
        start(
            List.of(),
            List.of("-Xmx24m"),
            "quantize",
            input,
            "--codebook",
            codebook(2),
            "--output",
            ids);

    assertThat(waitFor(process)).as(errors()).isZero();
    Tensor written = Npy.open(ids);
    assertThat(written.shape()).containsExactly(rows);
    assertThat(Vectors.readIds(ids)).containsOnly(Vectors.readIds(ids)[0]);
  }

  @Test
  void idsLargerThanTheHeapAreWrittenWhileTheTextIsRead() throws Exception {
    int lines =
        7 << 20; // 59 MB, whose ids are 147 MB; vocabulary, caches and windows are some 100 MB
    Path text = Files.writeString(folder.resolve("large.txt"), "a b c d\n".repeat(lines));
    Path ids = outputs.resolve("ids.npy");
    Process process =
        start(
            List.of(),
            List.of("-Xmx128m"),
            "tokenize",
            text,
            "--vocabulary",
            "cl100k",
            "--threads",
            2,
            "--output",
            ids);

    assertThat(waitFor(process)).as(errors()).isZero();
    TokenIds written = Npy.open(ids).ids();
    int[] line = {64, 293, 272, 294, 198};
    assertThat(written.rows()).isEqualTo((long) lines * line.length);
    long differing = 0;
    for (int row = 0; row < written.rows(); row++) {
      differing += written.get(row) == line[row % line.length] ? 0 : 1;
    }
    assertThat(differing).as("ids that differ").isZero();
    Vectors.assertHoldsOnly(outputs, "ids.npy");
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void aSignalEndsTheRunSoonAndLeavesNothing(String signal, int status) throws Exception {
    assertEndsRun(signal, status, "scalar", 20_000, 0);
  }

  @Test
  @Tag("opencl")
  void aSignalEndsTheRunWhileKernelsRun() throws Exception {
    // Written ids say that kernels run: PoCL's compiler, in the same process, has signal handlers.
    assertEndsRun("INT", 130, "opencl", 2000, 1 << 16);
  }

  /// @param writtenBytes the output has that many when the signal comes
  private void assertEndsRun(
      String signal, int status, String backend, int codes, long writtenBytes) throws Exception {
    Path input = zeros("endless.npy", "<f4", 8_000_000); // minutes to hours of work
    Process process =
        start(
            defaultSignals(),
            List.of(),
            "quantize",
            input,
            "--codebook",
            codebook(codes),
            "--output",
            outputs.resolve("ids.npy"),
            "--backend",
            backend);
    try {
      waitForTemporaryFile(process, writtenBytes);
      assertThat(new ProcessBuilder("kill", "-" + signal, "" + process.pid()).start().waitFor())
          .isZero();
      assertThat(waitFor(process)).as(errors()).isEqualTo(status);
    } finally {
      process.destroyForcibly();
    }
    assertThat(errors()).contains("tessera: interrupted; unfinished output was discarded");
    Vectors.assertHoldsOnly(outputs);
  }

  /// Runs a command with SIGINT as the shell of a person leaves it: where the build runs in the
  /// background of a shell, the tests inherit that it is ignored.
  private static List<String> defaultSignals() throws Exception {
    List<String> prefix = List.of("env", "--default-signal=INT");
    List<String> trial = new ArrayList<>(prefix);
    trial.add("true");
    return new ProcessBuilder(trial).start().waitFor() == 0 ? prefix : List.of();
  }

  private void waitForTemporaryFile(Process process, long bytes) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      try (Stream<Path> files = Files.list(outputs)) {
        if (files.anyMatch(file -> file.toFile().length() >= bytes)) {
          return;
        }
      }
      assertThat(process.isAlive()).as(errors()).isTrue();
      assertThat(System.nanoTime()).as("the run begins to write").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void aFullDiskIsNamedAndNothingStays() throws Exception {
    Path input = zeros("vectors.npy", "<f4", 200_000);
    Process process =
        start(
            diskOf64Blocks(),
            List.of(),
            "quantize",
            input,
            "--codebook",
            codebook(2),
            "--output",
            outputs.resolve("ids.npy"));

    assertThat(waitFor(process)).as(errors()).isEqualTo(1);
    assertThat(errors())
        .contains("ids.npy could not be written", "free some space")
        .doesNotContain("\tat ");
    Vectors.assertHoldsOnly(outputs);
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "new/folder"})
  void aFullDiskTakesTheFolderAwayAgain(String name) throws Exception {
    Process process =
        start(
            diskOf64Blocks(),
            List.of(),
            "image",
            "../samples/mosaic.png",
            "--output",
            outputs.resolve(name),
            "--codes",
            16,
            "--iterations",
            2);

    assertThat(waitFor(process)).as(errors()).isEqualTo(1);
    assertThat(errors()).contains("could not be written", "free some space");
    Vectors.assertHoldsOnly(outputs);
  }

  /// Files end after 64 blocks: what is written behind them fails as on a full disk.
  private static List<String> diskOf64Blocks() {
    return List.of("sh", "-c", "ulimit -f 64; exec \"$@\"", "sh");
  }
}
