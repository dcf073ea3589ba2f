package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WalkEncodingTest {
  @ParameterizedTest
  @CsvSource({"small, 9", "directed, 7", "path, 6"})
  void equalsPyTorchGeometric(String name, int steps) throws IOException {
    StructureFixture fixture = StructureFixture.open();
    Graph graph = fixture.graph(name);
    float[] expected = fixture.floats(name + "_walk");
    FloatMatrix encoding = RandomWalkEncoding.of(graph, steps);
    assertThat(encoding.columns()).isEqualTo(steps);
    assertThat(encoding.toArray()).containsExactly(expected, within(2e-7f));
    assertThat(RandomWalkEncoding.of(graph, steps, 1).toArray()).isEqualTo(encoding.toArray());
  }

  @Test
  void halfTheStepsGiveTheSameWhereTheGraphIsSymmetric() throws IOException {
    Graph graph = StructureFixture.open().graph("large");
    WalkDistribution walk = new WalkDistribution(Adjacency.of(graph));
    double[] forward = new double[7];
    double[] bothWays = new double[7];
    for (int node = 0; node < graph.nodes(); node += 97) {
      walk.returns(node, forward);
      walk.returnsBothWays(node, bothWays);
      assertThat(bothWays).as("node %d", node).containsExactly(forward, within(1e-15));
    }
  }

  @Test
  void knownWalks() {
    // A pair: back after every second step. A loop alone: always. A triangle: 0, 1/2, 1/4, 3/8.
    Graph graph = StructureFixture.undirected(7, 0, 1, 2, 2, 3, 4, 4, 5, 5, 3);
    assertThat(RandomWalkEncoding.of(graph, 4).toArray())
        .containsExactly(
            0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 0, .5f, .25f, .375f, 0, .5f, .25f, .375f, 0, .5f,
            .25f, .375f, 0, 0, 0, 0);
  }

  @Test
  void aStarOfManyLeaves() {
    FloatMatrix encoding = RandomWalkEncoding.of(StructureFixture.star(2000), 3);
    assertThat(encoding.get(0, 1)).isEqualTo(1);
    assertThat(encoding.get(1, 1)).isEqualTo(1 / 2000f);
    assertThat(encoding.get(2000, 2)).isZero();
  }

  @Test
  void emptyGraphsAndBadSteps() {
    assertThat(RandomWalkEncoding.of(StructureFixture.edgeless(0), 3).rows()).isZero();
    assertThat(RandomWalkEncoding.of(StructureFixture.edgeless(1), 2).toArray())
        .containsExactly(0, 0);
    assertThatThrownBy(() -> RandomWalkEncoding.of(StructureFixture.edgeless(1), 0))
        .hasMessage("an encoding has at least 1 step, not 0");
  }

  @Test
  void degreesAreCutOff() {
    assertThat(DegreeEncoding.of(StructureFixture.star(5), 3).toArray())
        .containsExactly(3, 1, 1, 1, 1, 1);
    assertThat(DegreeEncoding.of(StructureFixture.edgeless(0), 3).rows()).isZero();
    assertThatThrownBy(() -> DegreeEncoding.of(StructureFixture.edgeless(1), -1))
        .hasMessage("the greatest degree is at least 0, not -1");
  }
}
