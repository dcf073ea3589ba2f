package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class GraphProfileTest {
  @Test
  void figuresAreThoseOfTheGraph() {
    // Components: 0 1 2 3 (along edges either way), 4, 5 6 7 8 9.
    Graph graph =
        Graph.of(
            EdgeList.of(
                new int[] {1, 0, 3, 5, 6, 7, 8, 9, 4}, new int[] {0, 2, 2, 5, 5, 5, 5, 5, 4}),
            GraphOptions.DIRECTED.withNodes(10));
    GraphProfile profile = GraphProfile.of(graph);
    assertThat(profile.selfLoops()).isEqualTo(2);
    assertThat(profile.emptyRows()).isEqualTo(6);
    assertThat(profile.components()).isEqualTo(3);
    assertThat(profile.largestComponent()).isEqualTo(5);
    assertThat(profile.greatestDegree()).isEqualTo(5);
    assertThat(profile.histogram()).containsExactly(6, 2, 1, 1);
  }

  @Test
  void aGraphWithoutNodesHasNothing() {
    GraphProfile profile = GraphProfile.of(Graph.of(new long[1], new int[0], null));
    assertThat(profile.components()).isZero();
    assertThat(profile.largestComponent()).isZero();
    assertThat(profile.histogram()).containsExactly(0);
  }
}
