package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SamplingTest {
  @Test
  void theGeneratorGivesItsPublishedNumbers() {
    // The first numbers of the C version's generator, from the state 1234567.
    SplitMix64 random = new SplitMix64(1234567);
    assertThat(
            new long[] {random.next(), random.next(), random.next(), random.next(), random.next()})
        .containsExactly(
            6457827717110365317L,
            3203168211198807973L,
            Long.parseUnsignedLong("9817491932198370423"),
            4593380528125082431L,
            Long.parseUnsignedLong("16408922859458223821"));
  }

  @Test
  void boundedNumbersAreInBoundsAndEven() {
    SplitMix64 random = new SplitMix64(1);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[(int) random.below(7)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(9_600, 10_400); // 10,000, with a deviation of 93
    }
    long bound = (1L << 62) + 1; // a quarter of all numbers are drawn again
    long greatest = 0;
    for (int i = 0; i < 1000; i++) {
      long number = random.below(bound);
      assertThat(number).isBetween(0L, bound - 1);
      greatest = Math.max(greatest, number);
    }
    assertThat(greatest).isGreaterThan(bound / 100 * 98);
    assertThat(random.below(1)).isZero();
  }

  @Test
  void treesEqualTheRulesWrittenOutInPython() throws IOException {
    StructureFixture fixture = StructureFixture.open();
    Graph small = fixture.graph("small");
    TokenIds all = StructureFixture.all(60);
    NeighbourTree three = NeighbourTree.of(2, 3);
    assertThat(three.length()).isEqualTo(13);
    assertThat(three.sample(small, all, 7).toArray()).isEqualTo(fixture.ints("tree_small"));
    assertThat(three.withThreads(1).sample(small, all, 7).toArray())
        .isEqualTo(fixture.ints("tree_small"));
    assertThat(
            NeighbourTree.of(4, 2)
                .withPad(-1)
                .sample(fixture.graph("directed"), all, -12345678901L)
                .toArray())
        .isEqualTo(fixture.ints("tree_deep"));
    assertThat(NeighbourTree.of(2, 2).sample(small, all, fixture.ids("avoided"), 1).toArray())
        .isEqualTo(fixture.ints("tree_avoiding"));
    TokenIds some = TokenIds.of(new int[] {0, 1, 2, 500});
    assertThat(NeighbourTree.of(2, 10).sample(fixture.graph("large"), some, 99).toArray())
        .isEqualTo(fixture.ints("tree_large"));
  }

  @Test
  void walksEqualTheRulesWrittenOutInPython() throws IOException {
    StructureFixture fixture = StructureFixture.open();
    TokenIds all = StructureFixture.all(60);
    assertThat(RandomWalks.of(3, 8).sample(fixture.graph("small"), all, 5).toArray())
        .isEqualTo(fixture.ints("walks_small"));
    RandomWalks two = RandomWalks.of(2, 6).withPad(-9);
    assertThat(two.sample(fixture.graph("directed"), all, 6).toArray())
        .isEqualTo(fixture.ints("walks_directed"));
    assertThat(two.withThreads(1).sample(fixture.graph("directed"), all, 6).toArray())
        .isEqualTo(fixture.ints("walks_directed"));
  }

  @Test
  void neighboursByDegreeEqualTheRulesWrittenOutInPython() throws IOException {
    StructureFixture fixture = StructureFixture.open();
    DegreeWeightedNeighbours five = DegreeWeightedNeighbours.of(5);
    TokenIds all = StructureFixture.all(2000);
    assertThat(five.sample(fixture.graph("large"), all, 3).toArray())
        .isEqualTo(fixture.ints("by_degree_large"));
    assertThat(five.withThreads(1).sample(fixture.graph("large"), all, 3).toArray())
        .isEqualTo(fixture.ints("by_degree_large"));
    assertThat(
            DegreeWeightedNeighbours.of(2)
                .withPad(-7)
                .sample(fixture.graph("directed"), StructureFixture.all(60), 4)
                .toArray())
        .isEqualTo(fixture.ints("by_degree_directed"));
    // The neighbours of node 0 have empty rows: each is as likely.
    Graph leaves = Graph.of(new long[] {0, 3, 3, 3, 3}, new int[] {1, 2, 3}, null);
    int[] found = new int[4];
    for (int seed = 0; seed < 300; seed++) {
      found[DegreeWeightedNeighbours.of(1).sample(leaves, TokenIds.of(new int[1]), seed).get(0)]++;
    }
    assertThat(found[1]).isBetween(60, 140);
    assertThat(found[2]).isBetween(60, 140);
    assertThatThrownBy(() -> DegreeWeightedNeighbours.of(0))
        .hasMessage("at least 1 neighbour is drawn, not 0");
  }

  @Test
  void aTreeIsLaidOutLevelByLevelWithPads() {
    // 0 - 1, 0 - 2, 2 - 3; the parent is among the children
    Graph graph = StructureFixture.undirected(5, 0, 1, 0, 2, 2, 3);
    NeighbourTree tree = NeighbourTree.of(2, 3);
    int p = NeighbourTree.LLAGA_PAD;
    assertThat(tree.sample(graph, TokenIds.of(new int[] {0, 4}), 1).toArray())
        .containsExactly(
            0, 1, 2, p, 0, p, p, 0, 3, p, p, p, p, //
            4, p, p, p, p, p, p, p, p, p, p, p, p);
    // 2 is avoided below the centre alone: 1's child is 0 again, and 0's is not looked at
    TokenIds avoided = TokenIds.of(new int[] {2, -1}, 1, 2);
    assertThat(
            NeighbourTree.of(3, 2)
                .withPad(-1)
                .sample(graph, TokenIds.of(new int[] {0}), avoided, 1)
                .toArray())
        .containsExactly(0, 1, -1, 0, -1, -1, -1, 1, 2, -1, -1, -1, -1, -1, -1);
  }

  @Test
  void lengthsOfLlagasTemplates() {
    assertThat(NeighbourTree.of(2, 10).length()).isEqualTo(111);
    assertThat(NeighbourTree.of(2, 5).length()).isEqualTo(31);
    assertThat(NeighbourTree.of(2, 20).length()).isEqualTo(421);
    assertThat(NeighbourTree.of(3, 1).length()).isEqualTo(4);
  }

  @Test
  void manyLeavesAreDrawnWithoutReplacementAndEvenly() {
    Graph star = StructureFixture.star(100_000);
    TokenIds centre = TokenIds.of(new int[] {0});
    int[] quarters = new int[4];
    for (int seed = 0; seed < 50; seed++) {
      int[] tree = NeighbourTree.of(1, 40).sample(star, centre, seed).toArray();
      Set<Integer> distinct = new HashSet<>();
      for (int place = 1; place < tree.length; place++) {
        assertThat(tree[place]).as("seed %d", seed).isBetween(1, 100_000);
        distinct.add(tree[place]);
        quarters[(tree[place] - 1) / 25_000]++;
      }
      assertThat(distinct).as("seed %d", seed).hasSize(40);
    }
    for (int count : quarters) {
      assertThat(count).as(Arrays.toString(quarters)).isBetween(400, 600); // 500, deviation 19
    }
  }

  @Test
  void everyOrderedChoiceIsAsLikely() {
    DistinctDraws draws = new DistinctDraws();
    SplitMix64 random = new SplitMix64(5);
    long[] drawn = new long[3];
    int[] counts = new int[64];
    for (int i = 0; i < 24_000; i++) {
      draws.draw(random, 4, 3, drawn);
      counts[(int) (drawn[0] * 16 + drawn[1] * 4 + drawn[2])]++;
    }
    int choices = 0;
    for (int count : counts) {
      if (count > 0) {
        choices++;
        assertThat(count).isBetween(850, 1150); // 1,000, with a deviation of 31
      }
    }
    assertThat(choices).isEqualTo(24);
  }

  @Test
  void aNodesTreeDoesNotDependOnItsBatch() throws IOException {
    Graph graph = StructureFixture.open().graph("large");
    NeighbourTree shape = NeighbourTree.of(2, 4);
    TokenIds trees = shape.sample(graph, StructureFixture.all(2000), 11);
    for (int node = 0; node < 2000; node += 321) {
      int[] alone = shape.sample(graph, TokenIds.of(new int[] {node}), 11).toArray();
      assertThat(trees.slice(node, node + 1).toArray()).isEqualTo(alone);
    }
    assertThat(shape.sample(graph, StructureFixture.all(2000), 12).toArray())
        .isNotEqualTo(trees.toArray());
  }

  @Test
  void sampledSurroundings() throws IOException {
    Graph graph = StructureFixture.open().graph("large");
    TokenIds seeds = TokenIds.of(new int[] {9, 1500, 9});
    NeighbourSampler sampler = NeighbourSampler.of(10, 10);
    Subgraph sampled = sampler.sample(graph, seeds, 4);
    int[] nodes = sampled.nodes().toArray();
    assertThat(nodes[0]).isEqualTo(9);
    assertThat(nodes[1]).isEqualTo(1500);
    assertThat(nodes.length).isLessThanOrEqualTo(2 * 111).isGreaterThan(50);
    assertThat(Arrays.stream(nodes).distinct().count()).isEqualTo(nodes.length);
    Graph local = sampled.graph();
    int brought = 2;
    for (int place = 0; place < nodes.length; place++) {
      long expected = place < lastExpanded(local) ? Math.min(10, graph.degree(nodes[place])) : 0;
      assertThat(local.degree(place)).as("place %d", place).isEqualTo(expected);
      Set<Integer> distinct = new HashSet<>();
      for (long edge = local.rowBegin(place); edge < local.rowEnd(place); edge++) {
        int neighbour = local.neighbour(edge);
        assertThat(distinct.add(neighbour)).isTrue();
        assertThat(neighbour).isLessThanOrEqualTo(brought); // nodes arrive in the order of edges
        brought = Math.max(brought, neighbour + 1);
        assertThat(isEdge(graph, nodes[place], nodes[neighbour])).isTrue();
      }
    }
    assertThat(brought).isEqualTo(nodes.length);
    assertThat(sampler.sample(graph, seeds, 4).nodes().toArray()).isEqualTo(nodes);
  }

  /// One past the last row with edges: here every node has neighbours.
  private static int lastExpanded(Graph graph) {
    int last = graph.nodes();
    while (last > 0 && graph.degree(last - 1) == 0) {
      last--;
    }
    return last;
  }

  private static boolean isEdge(Graph graph, int node, int neighbour) {
    for (long edge = graph.rowBegin(node); edge < graph.rowEnd(node); edge++) {
      if (graph.neighbour(edge) == neighbour) {
        return true;
      }
    }
    return false;
  }

  @Test
  void badInputIsNamed() {
    Graph graph = StructureFixture.edgeless(2);
    assertThatThrownBy(() -> NeighbourTree.of(0, 3)).hasMessage("a tree has at least 1 hop, not 0");
    assertThatThrownBy(() -> NeighbourTree.of(2, 0))
        .hasMessage("a node has at least 1 child, not 0");
    assertThatThrownBy(() -> NeighbourTree.of(10, 10))
        .hasMessage("a tree of 10 hops with 10 children a node has more than 2147483647 places");
    assertThatThrownBy(() -> NeighbourTree.of(2, 3).withPad(1))
        .hasMessage("a pad is below 0, so that it is no node, but was 1");
    TokenIds two = StructureFixture.all(2);
    assertThatThrownBy(
            () -> NeighbourTree.of(1, 1).sample(graph, two, TokenIds.of(new int[] {1}), 0))
        .hasMessage("there are 2 centres, and nodes to avoid for 1");
    assertThatThrownBy(() -> NeighbourTree.of(1, 1).sample(graph, StructureFixture.all(3), 0))
        .hasMessage("row 2 is node 2, which is outside [0, 2), the nodes of the graph");
    assertThatThrownBy(() -> RandomWalks.of(0, 1)).hasMessage("a node has at least 1 walk, not 0");
    assertThatThrownBy(() -> RandomWalks.of(1, 0)).hasMessage("a walk has at least 1 node, not 0");
    assertThatThrownBy(() -> NeighbourSampler.of(5, 0))
        .hasMessage("each hop takes at least 1 neighbour, not [5, 0]");
    assertThat(RandomWalks.of(1, 3).sample(graph, two, 0).toArray())
        .containsExactly(0, -1, -1, 1, -1, -1);
    assertThat(NeighbourTree.of(1, 1).sample(graph, TokenIds.of(new int[0]), 0).rows()).isZero();
  }
}
