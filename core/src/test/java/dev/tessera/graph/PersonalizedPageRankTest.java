package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PersonalizedPageRankTest {
  private record Weighted(int node, double weight) {}

  private static final Comparator<Weighted> RANK =
      Comparator.comparingDouble((Weighted w) -> -w.weight).thenComparingInt(Weighted::node);

  @ParameterizedTest
  @CsvSource({"small, 0.2, 1e-5", "directed, 0.15, 1e-4", "large, 0.2, 1e-4"})
  void weightsEqualPyTorchGeometricsToTheBit(String name, double alpha, double epsilon)
      throws IOException {
    StructureFixture fixture = StructureFixture.open();
    Graph graph = fixture.graph(name);
    int[] targets = fixture.ints("ppr_" + name + "_targets");
    int[] counts = fixture.ints("ppr_" + name + "_counts");
    int[] nodes = fixture.ints("ppr_" + name + "_nodes");
    double[] weights = fixture.doubles("ppr_" + name + "_weights");
    PersonalizedPageRank pageRank =
        PersonalizedPageRank.defaults().withAlpha(alpha).withEpsilon(epsilon);
    int at = 0;
    for (int i = 0; i < targets.length; i++) {
      List<Weighted> expected = new ArrayList<>();
      for (int j = 0; j < counts[i]; j++, at++) {
        expected.add(new Weighted(nodes[at], weights[at]));
      }
      expected.sort(RANK);
      RankedNodes found = pageRank.all(graph, targets[i]);
      List<Weighted> actual = new ArrayList<>();
      for (int j = 0; j < found.nodes().columns(); j++) {
        actual.add(new Weighted(found.nodes().get(0, j), found.weights().get(0, j)));
      }
      assertThat(actual).as("from node %d", targets[i]).isEqualTo(expected);
    }
    assertThat(at).isEqualTo(nodes.length).isGreaterThan(30);
  }

  @Test
  void theTopIsListedInEitherOrderOnAnyNumberOfThreads() throws IOException {
    Graph graph = StructureFixture.open().graph("small");
    TokenIds starts = StructureFixture.all(60);
    PersonalizedPageRank pageRank = PersonalizedPageRank.defaults().withThreads(1);
    RankedNodes descending = pageRank.top(graph, starts, 30, WeightOrder.DESCENDING, -1);
    RankedNodes ascending =
        pageRank.withThreads(3).top(graph, starts, 30, WeightOrder.ASCENDING, -1);
    for (int start = 0; start < 60; start++) {
      RankedNodes all = pageRank.all(graph, start);
      int count = Math.min(30, all.nodes().columns());
      for (int place = 0; place < 30; place++) {
        assertThat(descending.nodes().get(start, place))
            .as("start %d, place %d", start, place)
            .isEqualTo(place < count ? all.nodes().get(0, place) : -1);
        assertThat(descending.weights().get(start, place))
            .isEqualTo(place < count ? all.weights().get(0, place) : 0);
        assertThat(ascending.nodes().get(start, place))
            .isEqualTo(place < count ? all.nodes().get(0, count - 1 - place) : -1);
        assertThat(ascending.weights().get(start, place))
            .isEqualTo(place < count ? all.weights().get(0, count - 1 - place) : 0);
      }
    }
    assertThat(descending.nodes().get(59, 0)).isEqualTo(59); // alone
    assertThat(descending.nodes().get(59, 1)).isEqualTo(-1);
  }

  @Test
  void aPairWithItsOwnLimit() {
    // From one end of an edge: alpha / (1 - (1 - alpha)^2) there, the rest at the other end.
    RankedNodes ranked =
        PersonalizedPageRank.defaults()
            .withEpsilon(1e-14)
            .all(StructureFixture.undirected(2, 0, 1), 1);
    assertThat(ranked.nodes().toArray()).containsExactly(1, 0);
    assertThat(ranked.weights().get(0, 0)).isCloseTo(0.2 / 0.36, within(1e-13));
    assertThat(ranked.weights().get(0, 1)).isCloseTo(1 - 0.2 / 0.36, within(1e-13));
  }

  @Test
  void aStarOfManyLeavesListsTheLowestOfEqualOnes() {
    Graph star = StructureFixture.star(100_000);
    TokenIds starts = TokenIds.of(new int[] {0, 100_000});
    RankedNodes ranked =
        PersonalizedPageRank.defaults()
            .withEpsilon(7e-6)
            .top(star, starts, 4, WeightOrder.DESCENDING, -500);
    // From the centre each leaf is pushed once; from a leaf none is worth it.
    assertThat(ranked.nodes().toArray()).containsExactly(0, 1, 2, 3, 100_000, 0, -500, -500);
    assertThat(ranked.weights().get(0, 3)).isCloseTo(0.16 / 100_000, within(1e-18));
  }

  @Test
  void selfLoopsAndNodesWithoutEdges() {
    // 0 -> 1 and 0 -> 0 in one direction: node 1 has an empty row.
    Graph graph = Graph.of(new long[] {0, 2, 2}, new int[] {0, 1}, null);
    RankedNodes ranked = PersonalizedPageRank.defaults().withEpsilon(1e-12).all(graph, 0);
    assertThat(ranked.nodes().toArray()).containsExactly(0, 1);
    assertThat(ranked.weights().get(0, 0)).isCloseTo(0.2 / 0.6, within(1e-10));
    RankedNodes alone = PersonalizedPageRank.defaults().all(graph, 1);
    assertThat(alone.nodes().toArray()).containsExactly(1);
    assertThat(alone.weights().get(0, 0)).isEqualTo(0.2);
    RankedNodes always = PersonalizedPageRank.defaults().withAlpha(1).all(graph, 0);
    assertThat(always.weights().get(0, 0)).isEqualTo(1);
  }

  @Test
  void badInputIsNamed() {
    Graph graph = StructureFixture.edgeless(3);
    PersonalizedPageRank pageRank = PersonalizedPageRank.defaults();
    assertThatThrownBy(() -> pageRank.all(graph, 3))
        .hasMessage("node 3 is outside [0, 3), the nodes of the graph");
    TokenIds starts = TokenIds.of(new int[] {0, -1});
    assertThatThrownBy(() -> pageRank.top(graph, starts, 1, WeightOrder.ASCENDING, -1))
        .hasMessage("row 1 is node -1, which is outside [0, 3), the nodes of the graph");
    assertThatThrownBy(() -> pageRank.top(graph, starts, 0, WeightOrder.ASCENDING, -1))
        .hasMessage("at least the first node is listed, not 0");
    assertThatThrownBy(() -> pageRank.top(graph, starts, 1, WeightOrder.ASCENDING, 0))
        .hasMessage("a pad is below 0, so that it is no node, but was 0");
    assertThatThrownBy(() -> pageRank.withAlpha(0)).hasMessage("alpha is in (0, 1], but was 0.0");
    assertThatThrownBy(() -> pageRank.withEpsilon(0))
        .hasMessage("epsilon is above 0 and finite, but was 0.0");
  }
}
