package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.Normalization;
import dev.tessera.io.ElementType;
import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HopsCommandTest {
  private static final int NODES = 300;
  private static final int COLUMNS = 40;

  @TempDir private Path folder;
  private Path outputs;
  private Path tokens;
  private Path pairs;
  private Path featuresFile;
  private FloatMatrix features;
  private Graph graph;

  @BeforeEach
  void write() throws IOException {
    SplittableRandom random = new SplittableRandom(4);
    int[] ends = random.ints(2 * 1500, 0, NODES - 1).toArray();
    TokenIds listed = TokenIds.of(ends, 1500, 2);
    pairs = folder.resolve("pairs.npy");
    Npy.write(pairs, Tensor.of(listed));
    graph = Graph.of(EdgeList.of(Tensor.of(listed), null), GraphOptions.DIRECTED.withNodes(NODES));
    features = Vectors.random(1, NODES, COLUMNS);
    featuresFile = Vectors.write(folder.resolve("features.npy"), features);
    outputs = Files.createDirectory(folder.resolve("outputs"));
    tokens = outputs.resolve("tokens.npy");
  }

  private CommandRun hops(Object input, Object... more) {
    Object[] arguments = new Object[6 + more.length];
    arguments[0] = "hops";
    arguments[1] = input;
    arguments[2] = "--features";
    arguments[3] = featuresFile;
    arguments[4] = "--output";
    arguments[5] = tokens;
    System.arraycopy(more, 0, arguments, 6, more.length);
    return CommandRun.of(arguments);
  }

  private FloatTensor expected(Graph over, Normalization normalization, int hops) {
    try (Tessera scalar = Tessera.open("scalar");
        HopAggregator aggregator = scalar.hops(over, normalization)) {
      return aggregator.aggregate(features, hops);
    }
  }

  private static void assertSame(FloatTensor expected, FloatTensor found) {
    assertThat(found).hasToString(expected.toString());
    for (long node = 0; node < expected.first(); node++) {
      for (long hop = 0; hop < expected.second(); hop++) {
        for (int i = 0; i < expected.third(); i++) {
          if (expected.get(node, hop, i) != found.get(node, hop, i)) {
            throw new AssertionError(
                "node %d hop %d column %d: expected %s, found %s"
                    .formatted(node, hop, i, expected.get(node, hop, i), found.get(node, hop, i)));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sym,auto,1,1G",
    "row,scalar,2,30K",
    "column,auto,2,100K",
    "sum,simd,2,1",
    "mean,auto,7,200K",
    "max,simd,1,1G"
  })
  void tokensAreThoseOfTheScalarBackend(
      String aggregate, String backend, int threads, String memory) throws IOException {
    CommandRun run =
        hops(
            pairs,
            "--hops",
            3,
            "--aggregate",
            aggregate,
            "--backend",
            backend,
            "--threads",
            threads,
            "--memory",
            memory);

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(run.err()).contains("300 nodes", "3 hops of 40 columns", "wrote");
    Normalization normalization =
        switch (aggregate) {
          case "sym" -> Normalization.SYMMETRIC;
          case "row" -> Normalization.ROW;
          case "column" -> Normalization.COLUMN;
          case "sum" -> Normalization.SUM;
          case "mean" -> Normalization.MEAN;
          default -> Normalization.MAX;
        };
    Tensor written = Npy.open(tokens);
    assertThat(written.type()).isEqualTo(ElementType.F32);
    assertThat(written.shape()).containsExactly(NODES, 4, COLUMNS);
    assertSame(
        expected(graph, normalization, 3), FloatTensor.of(written.segment(), NODES, 4, COLUMNS));
    Vectors.assertHoldsOnly(outputs, "tokens.npy");
  }

  @Test
  void layoutSelfLoopsAndLastOnlyAreHeld() throws IOException {
    FloatTensor expected = expected(graph, Normalization.SYMMETRIC.withSelfLoops(), 2);

    assertThat(hops(pairs, "--hops", 2, "--self-loops", "--layout", "hop").status()).isZero();
    Tensor planes = Npy.open(tokens);
    assertThat(planes.shape()).containsExactly(3, NODES, COLUMNS);
    assertSame(expected, FloatTensor.of(planes.segment(), 3, NODES, COLUMNS).swapped());

    assertThat(hops(pairs, "--hops", 2, "--self-loops", "--last-only").status()).isZero();
    Tensor last = Npy.open(tokens);
    assertThat(last.shape()).containsExactly(NODES, COLUMNS);
    assertThat(last.floats().toArray()).isEqualTo(expected.atSecond(2).toArray());

    assertThat(hops(pairs, "--hops", 0).status()).isZero();
    assertThat(Npy.open(tokens).shape()).containsExactly(NODES, 1, COLUMNS);
  }

  @Test
  void rowsMayBeHeldInBfloat16() throws IOException {
    Object[] options = {"--hops", 1, "--aggregate", "mean", "--backend", "simd"};
    assertThat(hops(pairs, options).status()).isZero();
    FloatTensor exact = FloatTensor.of(Npy.open(tokens).segment(), NODES, 2, COLUMNS);
    float greatest = 0;
    for (float value : features.toArray()) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    tokens = outputs.resolve("held.npy");
    Object[] held = Arrays.copyOf(options, options.length + 2);
    held[options.length] = "--storage";
    held[options.length + 1] = "bf16";
    assertThat(hops(pairs, held).status()).isZero();
    FloatTensor rounded = FloatTensor.of(Npy.open(tokens).segment(), NODES, 2, COLUMNS);
    int differing = 0;
    for (int node = 0; node < NODES; node++) {
      for (int i = 0; i < COLUMNS; i++) {
        assertThat(rounded.get(node, 0, i)).isEqualTo(features.get(node, i));
        float error = Math.abs(rounded.get(node, 1, i) - exact.get(node, 1, i));
        assertThat(error).isLessThanOrEqualTo(greatest / 256);
        differing += error > 0 ? 1 : 0;
      }
    }
    assertThat(differing).isGreaterThan(NODES * COLUMNS / 2);
  }

  @Test
  void textAndUndirectedEdgesAreRead() throws IOException {
    StringBuilder lines = new StringBuilder("# a graph\n");
    for (int row = 0; row < graph.nodes(); row++) {
      for (long edge = graph.rowBegin(row); edge < graph.rowEnd(row); edge++) {
        lines.append(graph.neighbour(edge)).append('\t').append(row).append('\n');
      }
    }
    Path text = folder.resolve("edges.tsv");
    Files.writeString(text, lines);

    assertThat(hops(text, "--hops", 1, "--undirected", "--aggregate", "sum").status()).isZero();
    int[] sources = new int[(int) graph.edges()];
    int[] targets = new int[sources.length];
    for (int row = 0; row < graph.nodes(); row++) {
      for (long edge = graph.rowBegin(row); edge < graph.rowEnd(row); edge++) {
        sources[(int) edge] = graph.neighbour(edge);
        targets[(int) edge] = row;
      }
    }
    Graph undirected =
        Graph.of(EdgeList.of(sources, targets), GraphOptions.UNDIRECTED.withNodes(NODES));
    assertSame(
        expected(undirected, Normalization.SUM, 1),
        FloatTensor.of(Npy.open(tokens).segment(), NODES, 2, COLUMNS));
  }

  @Test
  void theSummaryIsOneJsonObject() throws IOException {
    CommandRun run = hops(pairs, "--hops", 2, "--backend", "scalar", "--json");

    assertThat(run.json())
        .containsEntry("command", "hops")
        .containsEntry("nodes", "300")
        .containsEntry("edges", "" + graph.edges())
        .containsEntry("hops", "2")
        .containsEntry("kept_hops", "3")
        .containsEntry("aggregate", "sym");
    assertThat(run.out()).contains("\"name\":\"scalar\"", "\"rows_per_second\"");
  }

  private void assertFailed(CommandRun run, int status, String... said) throws IOException {
    assertThat(run.status()).as(run.err()).isEqualTo(status);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("tessera: ").contains(said).doesNotContain("\tat ");
    Vectors.assertHoldsOnly(outputs);
  }

  @Test
  void whatDoesNotFitIsOneLine() throws IOException {
    assertFailed(hops(folder.resolve("none"), "--hops", 1), 1, "none", "_indptr.npy");
    assertFailed(hops(pairs), 2, "--hops");
    assertFailed(hops(pairs, "--hops", -1), 2, "--hops must be at least 0, not -1");
    assertFailed(hops(pairs, "--hops", 1, "--aggregate", "median"), 2, "--aggregate");
    assertFailed(hops(pairs, "--hops", 1, "--memory", "0"), 2, "0");
    featuresFile = Vectors.write(folder.resolve("few.npy"), Vectors.random(1, 20, 3));
    assertFailed(hops(pairs, "--hops", 1), 1, "pairs.npy: edge", "the nodes are [0, 20)");
    CommandRun clash =
        CommandRun.of(
            "hops", pairs, "--features", featuresFile, "--hops", 1, "--output", featuresFile);
    assertFailed(clash, 2, "would replace the input");
  }
}
