package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class GraphTest {
  /// The rows as text, as in `0: 1 2*0.5`.
  static List<String> rows(Graph graph) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < graph.nodes(); row++) {
      StringBuilder text = new StringBuilder(row + ":");
      for (long edge = graph.rowBegin(row); edge < graph.rowEnd(row); edge++) {
        text.append(' ').append(graph.neighbour(edge));
        if (graph.isWeighted()) {
          text.append('*').append(graph.weight(edge));
        }
      }
      rows.add(text.toString());
    }
    return rows;
  }

  private static final int[] SOURCES = {2, 0, 1, 1, 0, 2};
  private static final int[] TARGETS = {1, 1, 0, 1, 1, 3};

  @Test
  void aRowListsTheSourcesOfItsNode() {
    Graph graph =
        Graph.of(
            EdgeList.of(SOURCES, TARGETS), GraphOptions.DIRECTED.withDuplicates(Duplicates.KEEP));
    assertThat(rows(graph)).containsExactly("0: 1", "1: 0 0 1 2", "2:", "3: 2");
    assertThat(graph.nodes()).isEqualTo(4);
    assertThat(graph.edges()).isEqualTo(6);
    assertThat(graph.degree(1)).isEqualTo(4);
    assertThat(graph.isSorted()).isTrue();
    assertThat(graph.isSymmetric()).isFalse();
    assertThat(graph).hasToString("Graph[4 nodes, 6 edges]");
    assertThat(graph.bytes()).isEqualTo(5 * 8 + 6 * 4);
  }

  @Test
  void repeatedEdgesFollowTheRule() {
    EdgeList plain = EdgeList.of(SOURCES, TARGETS);
    EdgeList weighted = EdgeList.of(SOURCES, TARGETS, new float[] {1, 2, 3, 4, 5, 6});
    assertThat(rows(Graph.of(plain, GraphOptions.DIRECTED)))
        .containsExactly("0: 1", "1: 0 1 2", "2:", "3: 2");
    assertThat(rows(Graph.of(weighted, GraphOptions.DIRECTED)))
        .containsExactly("0: 1*3.0", "1: 0*7.0 1*4.0 2*1.0", "2:", "3: 2*6.0");
    assertThat(rows(Graph.of(weighted, GraphOptions.DIRECTED.withDuplicates(Duplicates.FIRST))))
        .containsExactly("0: 1*3.0", "1: 0*2.0 1*4.0 2*1.0", "2:", "3: 2*6.0");
    assertThat(rows(Graph.of(weighted, GraphOptions.DIRECTED.withDuplicates(Duplicates.KEEP))))
        .containsExactly("0: 1*3.0", "1: 0*2.0 0*5.0 1*4.0 2*1.0", "2:", "3: 2*6.0");
    assertThatThrownBy(
            () -> Graph.of(plain, GraphOptions.DIRECTED.withDuplicates(Duplicates.REFUSE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the edge 0 -> 1 stands more than once");
    assertThatThrownBy(
            () ->
                Graph.of(
                    EdgeList.of(
                        new int[] {0, 0},
                        new int[] {1, 1},
                        new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}),
                    GraphOptions.DIRECTED))
        .hasMessage("the weights of the edges 0 -> 1 add up to NaN");
  }

  @Test
  void anUndirectedGraphHasBothDirectionsAndLoopsOnce() {
    Graph graph =
        Graph.of(
            EdgeList.of(new int[] {0, 2, 1}, new int[] {1, 1, 1}, new float[] {3, 4, 5}),
            GraphOptions.UNDIRECTED.withNodes(4));
    assertThat(rows(graph)).containsExactly("0: 1*3.0", "1: 0*3.0 1*5.0 2*4.0", "2: 1*4.0", "3:");
    assertThat(graph.isSymmetric()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(SelfLoops.class)
  void selfLoopsFollowTheRule(SelfLoops selfLoops) {
    int[] sources = {0, 1, 1, 2, 1};
    int[] targets = {1, 1, 1, 1, 0};
    Graph plain =
        Graph.of(
            EdgeList.of(sources, targets),
            GraphOptions.DIRECTED.withSelfLoops(selfLoops).withDuplicates(Duplicates.KEEP));
    Graph weighted =
        Graph.of(
            EdgeList.of(sources, targets, new float[] {2, 3, 4, 5, 6}),
            GraphOptions.DIRECTED.withSelfLoops(selfLoops));
    switch (selfLoops) {
      case KEEP -> {
        assertThat(rows(plain)).containsExactly("0: 1", "1: 0 1 1 2", "2:");
        assertThat(rows(weighted)).containsExactly("0: 1*6.0", "1: 0*2.0 1*7.0 2*5.0", "2:");
      }
      case REMOVE -> {
        assertThat(rows(plain)).containsExactly("0: 1", "1: 0 2", "2:");
        assertThat(rows(weighted)).containsExactly("0: 1*6.0", "1: 0*2.0 2*5.0", "2:");
      }
      case ADD -> {
        assertThat(rows(plain))
            .containsExactly("0: 0*1.0 1*1.0", "1: 0*1.0 1*2.0 1*1.0 2*1.0", "2: 2*1.0");
        assertThat(rows(weighted))
            .containsExactly("0: 0*1.0 1*6.0", "1: 0*2.0 1*8.0 2*5.0", "2: 2*1.0");
      }
      case SET -> {
        assertThat(rows(plain)).containsExactly("0: 0 1", "1: 0 1 2", "2: 2");
        assertThat(rows(weighted))
            .containsExactly("0: 0*1.0 1*6.0", "1: 0*2.0 1*1.0 2*5.0", "2: 2*1.0");
      }
      case FILL -> {
        assertThat(rows(plain)).containsExactly("0: 0 1", "1: 0 1 1 2", "2: 2");
        assertThat(rows(weighted))
            .containsExactly("0: 0*1.0 1*6.0", "1: 0*2.0 1*7.0 2*5.0", "2: 2*1.0");
      }
    }
  }

  @Test
  void loopsOfUnsortedRowsStandBeforeTheFirstGreaterNeighbour() {
    Graph graph = Graph.of(new long[] {0, 3, 5, 6}, new int[] {2, 1, 2, 2, 0, 2}, null);
    assertThat(graph.isSorted()).isFalse();
    assertThat(rows(graph.withSelfLoops(SelfLoops.FILL)))
        .containsExactly("0: 0 2 1 2", "1: 1 2 0", "2: 2");
    assertThat(graph.withSelfLoops(SelfLoops.KEEP)).isSameAs(graph);
  }

  @Test
  void aTransposedGraphTurnsEveryEdge() {
    Graph graph =
        Graph.of(new long[] {0, 3, 5, 5}, new int[] {2, 1, 1, 0, 2}, new float[] {1, 2, 3, 4, 5});
    assertThat(rows(graph.transposed()))
        .containsExactly("0: 1*4.0", "1: 0*2.0 0*3.0", "2: 0*1.0 1*5.0");
  }

  @Test
  void anyNumberOfThreadsSortsTheSame() {
    Random random = new Random(4);
    int nodes = 3000;
    int edges = 150_000;
    int[] sources = random.ints(edges, 0, nodes).map(id -> id % 7 == 0 ? 5 : id).toArray();
    int[] targets = random.ints(edges, 0, nodes).toArray();
    float[] weights = new float[edges];
    TreeMap<Long, Float> expected = new TreeMap<>();
    for (int edge = 0; edge < edges; edge++) {
      weights[edge] = random.nextFloat();
      expected.merge((long) targets[edge] << 32 | sources[edge], weights[edge], Float::sum);
    }
    for (int threads : new int[] {1, 2, 5}) {
      Graph graph =
          Graph.of(
              EdgeList.of(sources, targets, weights),
              GraphOptions.DIRECTED.withThreads(threads).withNodes(nodes + 1));
      assertThat(graph.edges()).isEqualTo(expected.size());
      long edge = 0;
      for (var entry : expected.entrySet()) {
        int row = (int) (entry.getKey() >> 32);
        if (graph.neighbour(edge) != entry.getKey().intValue()
            || graph.weight(edge) != entry.getValue()
            || edge < graph.rowBegin(row)
            || edge >= graph.rowEnd(row)) {
          throw new AssertionError(
              "edge %d is no edge of row %d on %d threads".formatted(edge, row, threads));
        }
        edge++;
      }
      assertThat(graph.degree(nodes)).isZero();
    }
  }

  @Test
  void noEdgesAndNoNodesAreAGraph() {
    EdgeList none = EdgeList.of(new int[0], new int[0]);
    assertThat(Graph.of(none, GraphOptions.DIRECTED).nodes()).isZero();
    Graph isolated = Graph.of(none, GraphOptions.DIRECTED.withNodes(3));
    assertThat(rows(isolated)).containsExactly("0:", "1:", "2:");
    assertThat(rows(isolated.withSelfLoops(SelfLoops.ADD))).containsExactly("0: 0", "1: 1", "2: 2");
    assertThat(Graph.of(new long[1], new int[0], null).transposed().nodes()).isZero();
  }

  @Test
  void whatIsNoGraphIsRefusedWithItsPlace() {
    assertRefused(new long[] {1, 2}, new int[] {0, 0}, null, "row pointers begin with 0, not 1");
    assertRefused(
        new long[] {0, 2, 1},
        new int[] {0},
        null,
        "row pointers never fall: row 1 begins at 2 and ends at 1");
    assertRefused(
        new long[] {0, 5}, new int[] {0}, null, "the row pointers end with 5, there are 1 columns");
    assertRefused(
        new long[] {0, 0, 2, 3},
        new int[] {0, 3, 1},
        null,
        "edge 1 of row 1 leads to 3, the nodes are [0, 3)");
    assertRefused(
        new long[] {0, 1, 2},
        new int[] {-7, 1},
        null,
        "edge 0 of row 0 leads to -7, the nodes are [0, 2)");
    assertRefused(
        new long[] {0, 1, 2},
        new int[] {0, 1},
        new float[] {1, Float.NaN},
        "edge 1 of row 1 has the weight NaN");
    assertRefused(
        new long[] {0, 1},
        new int[] {0},
        new float[2],
        "1 edges have 4 bytes of float32 weights, not 8");
    assertRefused(
        new long[0], new int[0], null, "row pointers are int64, at least one, not 0 bytes");
  }

  private static void assertRefused(
      long[] rowPointers, int[] columns, float[] weights, String message) {
    assertThatThrownBy(() -> Graph.of(rowPointers, columns, weights))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void edgesThatLeadNowhereAreRefusedWithTheirPlace() {
    assertThatThrownBy(
            () ->
                Graph.of(
                    EdgeList.of(new int[] {0, 4, 9}, new int[] {1, 0, 1}),
                    GraphOptions.DIRECTED.withNodes(4)))
        .hasMessage("edge 1 is 4 -> 0, the nodes are [0, 4)");
    assertThatThrownBy(
            () -> Graph.of(EdgeList.of(new int[] {0}, new int[] {-1}), GraphOptions.DIRECTED))
        .hasMessage("edge 0 is 0 -> -1, the nodes are [0, 2147483647)");
    assertThatThrownBy(
            () ->
                Graph.of(
                    EdgeList.of(new int[] {0}, new int[] {1}, new float[] {Float.NaN}),
                    GraphOptions.DIRECTED))
        .hasMessage("edge 0 (0 -> 1) has the weight NaN");
    assertThatThrownBy(() -> EdgeList.of(new int[2], new int[3]))
        .hasMessage("there are 2 sources, 3 targets");
    assertThatThrownBy(() -> GraphOptions.DIRECTED.withNodes(-2))
        .hasMessage("a graph has at least 0 nodes, not -2");
  }

  @Test
  void edgesThatAreTurnedRoundSwapTheirEnds() {
    EdgeList edges = EdgeList.of(SOURCES, TARGETS).reversed();
    assertThat(Arrays.asList(edges.source(0), edges.target(0))).containsExactly(1, 2);
    assertThat(edges).hasToString("EdgeList[6 edges]");
  }
}
