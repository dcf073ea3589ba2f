package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NeighbourhoodTest {
  @ParameterizedTest
  @CsvSource({"small, 2", "directed, 3", "large, 2"})
  void equalsPyTorchGeometric(String name, int hops) throws IOException {
    StructureFixture fixture = StructureFixture.open();
    Graph graph = fixture.graph(name);
    TokenIds seeds = fixture.ids("hops_" + name + "_seeds");
    int[] subset = fixture.ints("hops_" + name + "_subset");
    TokenIds edges = fixture.ids("hops_" + name + "_edges"); // [2 x edges], within the subset
    Neighbourhood found = Neighbourhood.within(graph, seeds, hops);
    assertThat(found.ascending().toArray()).isEqualTo(subset);
    Subgraph induced = Subgraph.induced(graph, found.ascending());
    Graph expected =
        Graph.of(
            EdgeList.of(edgeEnds(edges, 0), edgeEnds(edges, 1)),
            GraphOptions.DIRECTED.withNodes(subset.length));
    assertSameGraph(induced.graph(), expected);
  }

  private static int[] edgeEnds(TokenIds edges, int row) {
    int[] ends = new int[edges.columns()];
    edges.copyRow(row, ends, 0);
    return ends;
  }

  private static void assertSameGraph(Graph actual, Graph expected) {
    assertThat(actual.nodes()).isEqualTo(expected.nodes());
    for (int node = 0; node < actual.nodes(); node++) {
      assertThat(row(actual, node)).as("row %d", node).isEqualTo(row(expected, node));
    }
  }

  private static int[] row(Graph graph, int node) {
    int[] neighbours = new int[(int) graph.degree(node)];
    for (int i = 0; i < neighbours.length; i++) {
      neighbours[i] = graph.neighbour(graph.rowBegin(node) + i);
    }
    return neighbours;
  }

  @Test
  void theNearestComeFirst() {
    // 5 - 3 - 0 - 4 - 1, and 2 alone
    Graph path = StructureFixture.undirected(6, 5, 3, 3, 0, 0, 4, 4, 1);
    Neighbourhood found = Neighbourhood.within(path, TokenIds.of(new int[] {0, 0}), 9);
    assertThat(found.nodes().toArray()).containsExactly(0, 3, 4, 1, 5);
    assertThat(found.distances().toArray()).containsExactly(0, 1, 1, 2, 2);
    Neighbourhood ofTwo = Neighbourhood.within(path, TokenIds.of(new int[] {5, 2}), 1);
    assertThat(ofTwo.nodes().toArray()).containsExactly(5, 2, 3);
    Subgraph subgraph = found.subgraph(path);
    assertThat(subgraph.nodes().toArray()).containsExactly(0, 3, 4, 1, 5);
    assertThat(row(subgraph.graph(), 0)).containsExactlyInAnyOrder(1, 2);
    assertThat(row(subgraph.graph(), 4)).containsExactly(1);
    assertThat(Neighbourhood.within(path, TokenIds.of(new int[] {1}), 0).nodes().toArray())
        .containsExactly(1);
  }

  @Test
  void aDirectedSearchFollowsTheRows() {
    Graph graph =
        Graph.of(new long[] {0, 1, 2, 2}, new int[] {1, 2}, null); // 0 collects 1, 1 collects 2
    assertThat(Neighbourhood.within(graph, TokenIds.of(new int[] {0}), 5).nodes().toArray())
        .containsExactly(0, 1, 2);
    assertThat(Neighbourhood.within(graph, TokenIds.of(new int[] {2}), 5).nodes().toArray())
        .containsExactly(2);
  }

  @Test
  void listsAreCutOffAndFilledUp() throws IOException {
    Graph graph = StructureFixture.open().graph("small");
    TokenIds all = StructureFixture.all(60);
    TokenIds lists = Neighbourhood.nearest(graph, all, 3, 12, -500, 2);
    for (int node = 0; node < 60; node++) {
      int[] found = Neighbourhood.within(graph, TokenIds.of(new int[] {node}), 3).nodes().toArray();
      int[] expected = Arrays.copyOf(found, 12);
      if (found.length < 12) {
        Arrays.fill(expected, found.length, 12, -500);
      }
      int[] list = new int[12];
      lists.copyRow(node, list, 0);
      assertThat(list).as("node %d", node).isEqualTo(expected);
    }
    assertThat(Neighbourhood.nearest(graph, all, 3, 12, -500, 1).toArray())
        .isEqualTo(lists.toArray());
  }

  @Test
  void aStarOfManyLeaves() {
    Graph star = StructureFixture.star(100_000);
    Neighbourhood found = Neighbourhood.within(star, TokenIds.of(new int[] {77}), 2);
    assertThat(found.nodes().rows()).isEqualTo(100_001);
    assertThat(found.nodes().slice(0, 4).toArray()).containsExactly(77, 0, 1, 2);
    assertThat(found.subgraph(star).graph().edges()).isEqualTo(200_000);
  }

  @Test
  void badInputIsNamed() {
    Graph graph = StructureFixture.edgeless(2);
    TokenIds one = TokenIds.of(new int[] {1});
    assertThatThrownBy(() -> Neighbourhood.within(graph, TokenIds.of(new int[] {1, 2}), 1))
        .hasMessage("row 1 is node 2, which is outside [0, 2), the nodes of the graph");
    assertThatThrownBy(() -> Neighbourhood.within(graph, one, -1))
        .hasMessage("a neighbourhood has at least 0 hops, not -1");
    assertThatThrownBy(() -> Neighbourhood.nearest(graph, one, 1, 0, -1, 1))
        .hasMessage("at least the first node is listed, not 0");
    assertThatThrownBy(() -> Subgraph.induced(graph, TokenIds.of(new int[] {1, 0, 1})))
        .hasMessage("node 1 stands in row 0 and in row 2");
    assertThatThrownBy(() -> Neighbourhood.within(graph, TokenIds.of(new int[2], 1, 2), 1))
        .hasMessage("a list of nodes has 1 column, not 2");
    assertThat(Neighbourhood.within(graph, TokenIds.of(new int[0]), 3).nodes().rows()).isZero();
    Graph empty = StructureFixture.edgeless(0);
    assertThat(Subgraph.induced(empty, TokenIds.of(new int[0])).graph().nodes()).isZero();
  }
}
