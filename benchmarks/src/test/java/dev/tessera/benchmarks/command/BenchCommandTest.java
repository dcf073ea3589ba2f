package dev.tessera.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.benchmarks.results.BenchRun;
import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Runs;
import dev.tessera.benchmarks.results.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
  @TempDir private Path folder;

  @Test
  void wrongUsageIsStatusTwo() {
    assertThat(BenchCommand.run("--depth", "deep")).isEqualTo(2);
    assertThat(BenchCommand.run("--paths", "roads")).isEqualTo(2);
    assertThat(BenchCommand.run("--pairs", "2", "--against", "HEAD")).isEqualTo(2);
    assertThat(BenchCommand.run("--report", "a.json", "--against", "HEAD")).isEqualTo(2);
    assertThat(BenchCommand.run("--help")).isZero();
  }

  @Test
  void aMissingFileIsStatusOne() {
    assertThat(BenchCommand.run("--report", folder.resolve("none.json").toString())).isEqualTo(1);
  }

  @Test
  void aPageIsMadeOfAResultFile() throws Exception {
    BenchRun run = Runs.run("A", Runs.result("simd", 10, 1, 1));
    Path file = folder.resolve("run.json");
    run.write(file);

    assertThat(BenchCommand.run("--report", file.toString(), "--before", file.toString())).isZero();
    assertThat(Files.readString(folder.resolve("run.html")))
        .contains("Nearest codeword", "Before and after", "10.0 k points/s");
  }

  @Test
  void openClOnAProcessorRunsOnlyWhereItIsNamed() {
    Inspection inspection =
        new Inspection(
            List.of(subject("simd", true), subject("opencl", true), subject("mkl", false)),
            List.of(),
            false,
            JsonObject.empty());

    assertThat(Bench.choose(inspection, Set.of())).containsExactly("simd");
    assertThat(Bench.choose(inspection, Set.of("opencl", "mkl"))).containsExactly("opencl");
  }

  private static Subject subject(String name, boolean available) {
    return new Subject(name, Subject.Kind.BACKEND, available, "", "");
  }
}
