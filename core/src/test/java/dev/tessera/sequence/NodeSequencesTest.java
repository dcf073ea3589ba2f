package dev.tessera.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.graph.NeighbourTree;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.junit.jupiter.api.Test;

class NodeSequencesTest {
  @Test
  void nodesBecomeTheirIdsAndPadsStayPads() {
    TokenIds ids = TokenIds.of(new int[] {1, 102, 203, 99, 100, 205}, 2, 3);
    TokenIds nodes = TokenIds.of(new int[] {1, 0, -1}, 1, 3);
    assertThat(NodeSequences.of(-1).write(nodes, ids).toArray())
        .containsExactly(99, 100, 205, 1, 102, 203, -1, -1, -1);
    assertThat(NodeSequences.of(-1).withFeature(300).write(nodes, ids).toArray())
        .containsExactly(99, 100, 205, 300, 1, 102, 203, 300, -1, -1, -1, -1);
    assertThatThrownBy(() -> NodeSequences.of(-1).write(TokenIds.of(new int[] {0, 2}, 1, 2), ids))
        .hasMessage("row 0, place 1: the node 2 is outside [0, 2), and not the pad -1");
    assertThatThrownBy(() -> NodeSequences.of(0)).hasMessage("a pad is below 0, not 0");
  }

  @Test
  void aTreesRowsAreFeaturesAndStructureAndPadsZeroFeatures() {
    Graph path = Graph.of(EdgeList.of(new int[] {0, 1}, new int[] {1, 2}), GraphOptions.UNDIRECTED);
    NeighbourTree tree = NeighbourTree.of(1, 2);
    TokenIds trees = tree.sample(path, TokenIds.of(new int[] {1, 0}), 7);
    assertThat(trees.toArray()).containsExactly(1, 0, 2, 0, 1, -500);
    FloatMatrix features = FloatMatrix.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    FloatMatrix structure = FloatMatrix.of(new float[] {.1f, .2f, .3f}, 3, 1);
    TemplateRows template = new TemplateRows(structure, NeighbourTree.LLAGA_PAD);
    assertThat(template.write(features, trees, 0).toArray())
        .containsExactly(3, 4, .1f, 1, 2, .2f, 5, 6, .3f);
    FloatMatrix rows = template.write(features, trees, 1);
    assertThat(rows.toArray()).containsExactly(1, 2, .1f, 3, 4, .2f, 0, 0, .3f);
    template.clearPads(rows, trees, 1);
    assertThat(rows.toArray()).containsExactly(1, 2, .1f, 3, 4, .2f, 0, 0, 0);
    assertThatThrownBy(() -> template.write(features.slice(0, 2), trees, 0))
        .hasMessage("row 0, place 2: the node 2 is outside [0, 2), and not the pad -500");
    assertThatThrownBy(() -> template.write(features, TokenIds.allocate(1, 4), 0))
        .hasMessage("the sequences have 4 places, the structure has 3 rows");
    assertThatThrownBy(() -> template.clearPads(FloatMatrix.allocate(2, 2), trees, 0))
        .hasMessage("the sequences have 3 places, there are 2 rows");
  }
}
