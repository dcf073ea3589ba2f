package dev.tessera.graph;

import static dev.tessera.graph.GraphTest.rows;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.io.FormatException;
import dev.tessera.io.Npy;
import dev.tessera.io.Rounding;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GraphFileTest {
  private static final List<String> WEIGHTED =
      List.of("0: 1*0.5 3*2.0", "1: 0*1.0", "2:", "3: 0*0.25 2*4.0 3*8.0");

  private static final List<String> PLAIN = List.of("0: 1 3", "1: 0", "2:", "3: 0 2 3");

  @TempDir Path folder;

  /// What `make_fixtures.py` wrote.
  private static Path fixture(String name) {
    try {
      Path script =
          Path.of(
              requireNonNull(GraphFileTest.class.getResource("make_fixtures.py"), "no fixtures")
                  .toURI());
      return script.resolveSibling(name);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Graph load(String name, GraphOptions options) throws IOException {
    return GraphFile.load(fixture(name), options);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"csr.npz", "csr_stored.npz", "csc.npz", "csr_f4_i8.npz", "array.npz", "parts"})
  void matricesKeepTheirRows(String name) throws IOException {
    assertThat(rows(load(name, GraphOptions.DIRECTED))).isEqualTo(WEIGHTED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bool.npz", "narrow"})
  void weightsThatAreAllOneAreLeftOut(String name) throws IOException {
    assertThat(rows(load(name, GraphOptions.DIRECTED))).isEqualTo(PLAIN);
  }

  @Test
  void coordinatesAreMergedAsScipyDoes() throws IOException {
    assertThat(rows(load("coo.npz", GraphOptions.DIRECTED)))
        .containsExactly("0: 1*21.0", "1: 2*8.0", "2:", "3: 0*34.0", "4:");
    assertThat(rows(load("coo_ones.npz", GraphOptions.DIRECTED)))
        .containsExactly("0: 1*3.0", "1: 2*1.0", "2:", "3: 0*2.0", "4:");
    assertThat(rows(load("coo_ones.npz", GraphOptions.DIRECTED.withDuplicates(Duplicates.FIRST))))
        .containsExactly("0: 1", "1: 2", "2:", "3: 0", "4:");
  }

  @Test
  void optionsHoldForMatricesToo() throws IOException {
    assertThat(rows(load("csr.npz", GraphOptions.DIRECTED.withSelfLoops(SelfLoops.SET))))
        .containsExactly(
            "0: 0*1.0 1*0.5 3*2.0", "1: 0*1.0 1*1.0", "2: 2*1.0", "3: 0*0.25 2*4.0 3*1.0");
    assertThat(rows(load("bool.npz", GraphOptions.UNDIRECTED.withDuplicates(Duplicates.FIRST))))
        .containsExactly("0: 1 3", "1: 0", "2: 3", "3: 0 2 3");
    assertThatThrownBy(() -> load("csr.npz", GraphOptions.DIRECTED.withNodes(7)))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected 7 nodes, found 4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pairs_2xE_i8.npy",
        "pairs_2xE_i4.npy",
        "pairs_2xE_u2.npy",
        "pairs_2xE_big.npy",
        "pairs_Ex2_i8.npy",
        "pairs_Ex2_fortran.npy"
      })
  void pairsAreSourcesAndTargets(String name) throws IOException {
    assertThat(rows(load(name, GraphOptions.DIRECTED)))
        .containsExactly("0: 2", "1: 0", "2: 1", "3: 2");
    assertThat(load(name, GraphOptions.DIRECTED.withDuplicates(Duplicates.KEEP)).edges())
        .isEqualTo(5);
  }

  @Test
  void weightsAreExactUnlessRoundingIsAskedFor() throws IOException {
    assertThatThrownBy(() -> load("inexact.npz", GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("float32 cannot hold exactly");
    Graph rounded = GraphFile.load(fixture("inexact.npz"), GraphOptions.DIRECTED, Rounding.NEAREST);
    assertThat(rounded.weight(1)).isEqualTo(0.2f);
  }

  @Test
  void whatIsNoSquareMatrixIsRefused() {
    assertThatThrownBy(() -> load("bsr.npz", GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected the format csr, csc or coo, found 'bsr'");
    assertThatThrownBy(() -> load("oblong.npz", GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected a square matrix")
        .hasMessageContaining("[3, 4]");
    assertThatThrownBy(() -> load("pairs_wide.npy", GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("edge 1 holds 1099511627776");
    assertThatThrownBy(() -> load("parts_indptr.npy", GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected pairs of nodes [2 x edges] or [edges x 2]");
    assertThatThrownBy(() -> load("missing", GraphOptions.DIRECTED))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("missing_indptr.npy with missing_indices.npy");
  }

  @Test
  void filesThatLieAreRefusedWithTheirPlace() throws IOException {
    assertParts(
        new int[] {0, 9}, new int[] {0}, "the row pointers end with 9, there are 1 columns");
    assertParts(new int[] {0, 1, 0}, new int[] {0}, "row pointers never fall: row 1 begins at 1");
    assertParts(
        new int[] {0, 1}, new int[] {4}, "edge 0 of row 0 leads to 4, the nodes are [0, 1)");
    assertParts(new int[] {-1, 1}, new int[] {0}, "row pointers begin with 0, not -1");
    byte[] indices = Files.readAllBytes(fixture("narrow_indices.npy"));
    Path prefix = folder.resolve("cut");
    Files.copy(fixture("narrow_indptr.npy"), folder.resolve("cut_indptr.npy"));
    Files.write(
        folder.resolve("cut_indices.npy"), java.util.Arrays.copyOf(indices, indices.length - 3));
    assertThatThrownBy(() -> GraphFile.load(prefix, GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("expected 48 bytes of data for I64 [6]");
  }

  private void assertParts(int[] pointers, int[] columns, String message) throws IOException {
    TokenIds rowPointers = TokenIds.of(pointers);
    TokenIds indices = TokenIds.of(columns);
    Npy.write(folder.resolve("lie_indptr.npy"), Tensor.of(rowPointers, rowPointers.rows()));
    Npy.write(folder.resolve("lie_indices.npy"), Tensor.of(indices, indices.rows()));
    assertThatThrownBy(() -> GraphFile.load(folder.resolve("lie"), GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("lie: " + message);
  }

  private Path text(String content) throws IOException {
    Path file = folder.resolve("edges.txt");
    Files.writeString(file, content, StandardCharsets.UTF_8);
    return file;
  }

  private List<String> read(String content) throws IOException {
    return rows(GraphFile.load(text(content), GraphOptions.DIRECTED));
  }

  @Test
  void textTakesCommentsAndAnySeparator() throws IOException {
    List<String> expected = List.of("0: 2", "1: 0", "2: 1", "3: 2");
    assertThat(read("0 1\n1 2\n2 0\n2 3\n0 1")).isEqualTo(expected);
    assertThat(read("\ufeff# a\n0,1\r\n\r\n  1\t2 # b\n%c\n2;0\n 2 , 3\n")).isEqualTo(expected);
    assertThat(read("1 0 0.5\n0 1 -2e1\n")).containsExactly("0: 1*0.5", "1: 0*-20.0");
    assertThat(read("")).isEmpty();
    assertThat(read("#\n\n")).isEmpty();
  }

  @Test
  void textThatIsNoListOfEdgesIsRefusedWithItsLine() throws IOException {
    assertText(
        "0 1\nsource 2\n",
        "line 2: expected a source, a number from 0 to 2147483646, found 'source'");
    assertText("0 1\n\n3\n", "line 3: expected a target, found the end of the line");
    assertText("0 2147483647\n", "line 1: expected a target, a number from 0 to 2147483646");
    assertText("0 99999999999999999999\n", "line 1: expected a target, a number from 0");
    assertText("0 -1\n", "line 1: expected a target, a number from 0 to 2147483646, found '-1'");
    assertText("0 1\n0 1 5\n", "line 2: expected the end of the line behind a source and a target");
    assertText("0 1 2\n0 1\n", "line 2: expected a weight, as on the first line, found the end");
    assertText("0 1 2 3\n", "line 1: expected the end of the line behind a source, a target and");
    assertText("0 1 NaN\n", "line 1: expected a weight, a decimal number, found 'NaN'");
    assertText("0 1 1e+-5\n", "line 1: expected a weight, a decimal number, found '1e+-5'");
  }

  private void assertText(String content, String message) throws IOException {
    Path file = text(content);
    assertThatThrownBy(() -> GraphFile.load(file, GraphOptions.DIRECTED))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void blocksOfALongTextAreJoinedInOrder() throws IOException {
    StringBuilder lines = new StringBuilder();
    int edges = 200_000; // some 3 MB: several blocks
    for (int edge = 0; edge < edges; edge++) {
      lines.append(edge % 977).append(' ').append(edge).append(" 1.5\n");
      if (edge % 1000 == 0) {
        lines.append("# ").append("x".repeat(edge % 777)).append('\n');
      }
    }
    Path file = text(lines.toString());
    for (int threads : new int[] {1, 3}) {
      Graph graph = GraphFile.load(file, GraphOptions.DIRECTED.withThreads(threads));
      assertThat(graph.edges()).isEqualTo(edges);
      for (int edge = 0; edge < edges; edge++) {
        if (graph.degree(edge) != 1 || graph.neighbour(edge) != edge % 977) {
          throw new AssertionError("edge " + edge + " is not where it was listed");
        }
      }
    }
    Path broken = text(lines + "1 x 3\n");
    assertThatThrownBy(() -> GraphFile.load(broken, GraphOptions.DIRECTED))
        .hasMessageContaining("line " + (edges + edges / 1000 + 1) + ": expected a target");
  }
}
