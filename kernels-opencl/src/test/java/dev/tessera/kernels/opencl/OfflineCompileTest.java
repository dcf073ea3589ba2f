package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Compiles every kernel for GPUs that are not at hand (`checks/offline.sh`) and compares
/// registers, spills and local memory with the table in the project. What a machine has no compiler
/// for is left out, and said; with another compiler than the table's only the spills are judged.
final class OfflineCompileTest {
  private static final Path CHECKS = Path.of("checks");

  /// Columns of the table between the kernel's name and constants and the validity.
  private static final List<String> FIGURES =
      List.of(
          "sm_90 registers",
          "sm_90 spill bytes",
          "sm_90 local bytes",
          "gfx90a registers",
          "gfx90a scratch bytes",
          "gfx90a local bytes",
          "SPIR-V");

  /// @param clang its version
  /// @param ptxas its version
  /// @param rows the figures of each kernel and its constants
  private record Table(String clang, String ptxas, Map<String, List<String>> rows) {
    /// Whether a column is made by the same compilers as another table's.
    boolean isComparable(Table other, String column) {
      return clang.equals(other.clang)
          && (ptxas.equals(other.ptxas) || !column.startsWith("sm_90"));
    }

    private static String version(String line, String compiler) {
      Matcher matcher = Pattern.compile(compiler + " ([-.0-9]+)").matcher(line);
      assertThat(matcher.find()).as(line).isTrue();
      return matcher.group(1);
    }

    static Table of(List<String> lines) {
      Map<String, List<String>> rows = new LinkedHashMap<>();
      for (String line : lines) {
        if (!line.startsWith("#")) {
          String[] parts = line.split("\\|");
          List<String> figures = new ArrayList<>();
          for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            figures.addAll(List.of(part.strip().split("\\s+")));
          }
          assertThat(figures).as(line).hasSize(FIGURES.size());
          assertThat(rows.put(parts[0].strip().replaceAll("\\s+", " "), figures))
              .as("twice: " + line)
              .isNull();
        }
      }
      return new Table(
          version(lines.getFirst(), "clang"), version(lines.getFirst(), "ptxas"), rows);
    }
  }

  @Test
  void noKernelSpillsAndTheTableOfRegistersIsUpToDate(@TempDir Path folder)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(Path.of("/bin/bash")), "offline compile skipped: there is no bash here");
    Path output = folder.resolve("registers.txt");
    Path errors = folder.resolve("errors.txt");
    int status =
        new ProcessBuilder(
                "/bin/bash",
                CHECKS.resolve("offline.sh").toString(),
                "target/classes/dev/tessera/kernels/opencl")
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start()
            .waitFor();
    String said = Files.readString(errors);
    System.out.print(said);
    assertThat(status).as(said).isZero();
    Table now = Table.of(Files.readAllLines(output));
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    assertThat(now.rows().keySet()).isEqualTo(committed.rows().keySet());
    int judged = 0;
    for (Map.Entry<String, List<String>> row : now.rows().entrySet()) {
      for (int i = 0; i < FIGURES.size(); i++) {
        String figure = row.getValue().get(i);
        if (figure.equals("-")) {
          continue;
        }
        judged++;
        String what = row.getKey() + ": " + FIGURES.get(i);
        if (FIGURES.get(i).contains("spill") || FIGURES.get(i).contains("scratch")) {
          assertThat(figure).as(what).isEqualTo("0");
        } else if (FIGURES.get(i).equals("SPIR-V")) {
          assertThat(figure).as(what).isEqualTo("valid");
        } else if (now.isComparable(committed, FIGURES.get(i))) {
          assertThat(figure)
              .as(what + "; if that is meant: checks/offline.sh > checks/registers.txt")
              .isEqualTo(committed.rows().get(row.getKey()).get(i));
        }
      }
    }
    assumeTrue(judged > 0, "offline compile skipped, no compiler: " + said);
  }

  /// A GPU as they are: work-groups of 1024, 48 KiB of local memory.
  private static final Device GPU =
      new Device(
          0,
          new OpenCl.PlatformId("platform"),
          new OpenCl.DeviceId("device"),
          "a platform",
          "a GPU",
          Device.Kind.GPU,
          "OpenCL 3.0",
          132,
          1980,
          80L << 30,
          20L << 30,
          48 << 10,
          1024,
          true,
          true,
          true,
          null);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 32, 100, 128, 256, 768})
  void whatAGpuGetsIsInTheTable(int dim) throws IOException {
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    for (Metric metric : Metric.values()) {
      ScreenPlan plan = ScreenPlan.of(ScreenPlan.suited(GPU, dim), GPU, metric, dim);
      assertThat(committed.rows().keySet())
          .contains(
              row("screen_" + plan.kind().name().toLowerCase(Locale.ROOT), plan.screenOptions()))
          .contains(row("resolve_rows", plan.options(plan.rowItems())));
    }
  }

  @Test
  void whatAGpuGetsForHopsIsInTheTable() throws IOException {
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    for (int dim : new int[] {1, 128}) {
      for (boolean messages : new boolean[] {false, true}) {
        for (Aggregation aggregation : Aggregation.values()) {
          String options = HopKernels.options(GPU, ColumnSlab.width(dim), messages, aggregation);
          assertThat(committed.rows().keySet()).contains(row("sum_tasks", options));
        }
      }
    }
  }

  @Test
  void whatAGpuGetsForMergesIsInTheTable() throws IOException {
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    assertThat(committed.rows().keySet())
        .contains(row("merge_pieces", MergeKernels.options(MergeKernels.items(GPU))));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void whatAGpuGetsForLinearLayersIsInTheTable(Activation activation) throws IOException {
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    assertThat(committed.rows().keySet())
        .contains(row("linear", LinearProgram.options(activation)));
  }

  private static String row(String kernel, String options) {
    return kernel + " " + options.replace("-D", "");
  }

  @Test
  void theTableInTheProjectIsWholeAndHasNoSpills() throws IOException {
    Table committed = Table.of(Files.readAllLines(CHECKS.resolve("registers.txt")));
    assertThat(committed.rows()).isNotEmpty();
    committed
        .rows()
        .forEach(
            (kernel, figures) ->
                assertThat(List.of(figures.get(1), figures.get(4), figures.get(6)))
                    .as(kernel)
                    .containsExactly("0", "0", "valid"));
  }
}
