package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GraphCommandTest {
  @TempDir private Path folder;

  private Path edges(String text) throws IOException {
    return Files.writeString(folder.resolve("edges.txt"), text);
  }

  @Test
  void figuresGoToStandardOutput() throws IOException {
    CommandRun run =
        CommandRun.of("graph", edges("0 1\n1 2\n2 2\n3 4\n0 2\n"), "--backend", "scalar");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("nodes               5")
        .contains("edges               5")
        .contains("self loops          1")
        .contains("components          2, the largest of 3 nodes")
        .contains("  2-3 ")
        .contains("a hop of 64 columns ", " by scalar");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theSummaryIsOneJsonObject() throws IOException {
    CommandRun run =
        CommandRun.of("graph", edges("0 1 0.5\n1 0 2\n"), "--undirected", "--columns", 0, "--json");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.json())
        .containsEntry("nodes", "2")
        .containsEntry("edges", "2")
        .containsEntry("weighted", "true")
        .containsEntry("components", "1")
        .doesNotContainKey("hop_seconds");
    assertThat(run.out()).contains("\"degrees\":{\"0\":0,\"1\":2}");
  }

  @Test
  void anEmptyGraphAndNoGraphAreTold() throws IOException {
    CommandRun empty = CommandRun.of("graph", edges("# nothing\n"));
    assertThat(empty.status()).as(empty.err()).isZero();
    assertThat(empty.out()).contains("nodes               0").doesNotContain("a hop");

    CommandRun none = CommandRun.of("graph", edges("0 one\n"));
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.err()).contains("edges.txt, line 1: expected a target").hasLineCount(1);
  }
}
