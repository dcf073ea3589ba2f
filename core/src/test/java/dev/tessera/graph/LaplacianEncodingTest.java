package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.tensor.DoubleMatrix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LaplacianEncodingTest {
  private static LaplacianEncoding encode(Graph graph, int dimensions) {
    return LaplacianEncoding.of(graph, LaplacianOptions.of(dimensions, 1).withThreads(2));
  }

  /// The columns are orthonormal eigenvectors of L, computed here from its definition, and signed
  /// by the rule.
  private static void assertEigenvectors(Graph graph, LaplacianEncoding encoding) {
    int nodes = graph.nodes();
    int columns = encoding.dimensions();
    double[][] vectors = new double[columns][nodes];
    for (int column = 0; column < columns; column++) {
      for (int node = 0; node < nodes; node++) {
        vectors[column][node] = encoding.vectors().get(node, column);
      }
    }
    int[][] neighbours = simpleNeighbours(graph);
    for (int column = 0; column < columns; column++) {
      double[] vector = vectors[column];
      double squares = 0;
      for (int node = 0; node < nodes; node++) {
        double product = vector[node];
        for (int neighbour : neighbours[node]) {
          product -=
              vector[neighbour]
                  / Math.sqrt((double) neighbours[node].length * neighbours[neighbour].length);
        }
        squares += Math.pow(product - encoding.eigenvalue(column) * vector[node], 2);
      }
      assertThat(Math.sqrt(squares)).as("residual of column %d", column).isLessThan(1e-9);
      assertThat(encoding.residual(column)).isCloseTo(Math.sqrt(squares), within(1e-13));
      for (int other = 0; other <= column; other++) {
        double dot = 0;
        for (int node = 0; node < nodes; node++) {
          dot += vector[node] * vectors[other][node];
        }
        assertThat(dot)
            .as("columns %d and %d", other, column)
            .isCloseTo(other == column ? 1 : 0, within(1e-10));
      }
      if (column > 0) {
        assertThat(encoding.eigenvalue(column))
            .isGreaterThanOrEqualTo(encoding.eigenvalue(column - 1) - 1e-12);
      }
      assertSigned(vector);
    }
    assertThat(encoding.converged()).isTrue();
  }

  private static void assertSigned(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (double value : vector) {
      if (Math.abs(value) >= LaplacianEncoding.SIGN_WINDOW * largest) {
        assertThat(value).isPositive();
        return;
      }
    }
  }

  private static int[][] simpleNeighbours(Graph graph) {
    List<java.util.TreeSet<Integer>> sets = new ArrayList<>();
    for (int node = 0; node < graph.nodes(); node++) {
      sets.add(new java.util.TreeSet<>());
    }
    for (int node = 0; node < graph.nodes(); node++) {
      for (long edge = graph.rowBegin(node); edge < graph.rowEnd(node); edge++) {
        int neighbour = graph.neighbour(edge);
        if (neighbour != node) {
          sets.get(node).add(neighbour);
          sets.get(neighbour).add(node);
        }
      }
    }
    int[][] neighbours = new int[graph.nodes()][];
    for (int node = 0; node < graph.nodes(); node++) {
      neighbours[node] = sets.get(node).stream().mapToInt(Integer::intValue).toArray();
    }
    return neighbours;
  }

  @ParameterizedTest
  @CsvSource({"small, 8", "path, 9", "large, 6"})
  void equalsWhatNumpyAndScipyFind(String name, int dimensions) throws IOException {
    StructureFixture fixture = StructureFixture.open();
    Graph graph = fixture.graph(name);
    double[] eigenvalues = fixture.doubles(name + "_eigenvalues");
    double[] eigenvectors = fixture.doubles(name + "_eigenvectors");
    LaplacianEncoding encoding = encode(graph, dimensions);
    assertEigenvectors(graph, encoding);
    int compared = 0;
    for (int column = 0; column < dimensions; column++) {
      assertThat(encoding.eigenvalue(column)).isCloseTo(eigenvalues[column], within(1e-12));
      double gap = gap(eigenvalues, column);
      if (gap < 1e-4) {
        continue; // a basis of several
      }
      compared++;
      for (int node = 0; node < graph.nodes(); node++) {
        assertThat(encoding.vectors().get(node, column))
            .as("%s, node %d, column %d, gap %g", name, node, column, gap)
            .isCloseTo(eigenvectors[node * dimensions + column], within(1e-11 + 1e-9 / gap));
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(dimensions - 3);
  }

  /// How far the next eigenvalue is; the one dropped is 0, the one behind the last unknown.
  private static double gap(double[] eigenvalues, int column) {
    double before = column == 0 ? 0 : eigenvalues[column - 1];
    double gap = Math.abs(eigenvalues[column] - before);
    return column + 1 < eigenvalues.length
        ? Math.min(gap, eigenvalues[column + 1] - eigenvalues[column])
        : gap;
  }

  @Test
  void theComponentsComeFirstAndTheFirstOfThemIsDropped() throws IOException {
    Graph graph = StructureFixture.open().graph("small"); // 40 nodes, 17 nodes, 3 alone
    LaplacianEncoding encoding = encode(graph, 3);
    assertThat(encoding.eigenvalue(0)).isZero();
    assertThat(encoding.eigenvalue(1)).isPositive();
    for (int node = 0; node < 60; node++) {
      assertThat(encoding.vectors().get(node, 0) > 0)
          .as("node %d", node)
          .isEqualTo(node >= 40 && node < 57);
    }
  }

  @Test
  void moreComponentsThanColumnsTakeNoIteration() {
    Graph pairs = StructureFixture.undirected(8, 0, 1, 2, 3, 4, 5, 6, 7);
    LaplacianEncoding encoding = encode(pairs, 2);
    assertThat(encoding.products()).isZero();
    double half = Math.sqrt(0.5);
    assertThat(encoding.vectors().toArray())
        .containsExactly(0, 0, 0, 0, half, 0, half, 0, 0, half, 0, half, 0, 0, 0, 0);
    assertEigenvectors(pairs, encode(pairs, 7));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 17, 64, 1000})
  void aRingHasEachEigenvalueTwice(int nodes) {
    Graph ring = StructureFixture.ring(nodes);
    int dimensions = Math.min(6, nodes - 1);
    LaplacianEncoding encoding = encode(ring, dimensions);
    assertEigenvectors(ring, encoding);
    for (int column = 0; column < dimensions; column++) {
      double angle = 2 * Math.PI * (column / 2 + 1) / nodes;
      assertThat(encoding.eigenvalue(column))
          .as("column %d", column)
          .isCloseTo(1 - Math.cos(angle), within(1e-12));
    }
  }

  @Test
  void aStarHasOneEigenvalueAlmostAsOftenAsLeaves() {
    Graph star = StructureFixture.star(100_000);
    LaplacianEncoding encoding = encode(star, 5);
    assertEigenvectors(star, encoding);
    for (int column = 0; column < 5; column++) {
      assertThat(encoding.eigenvalue(column)).isCloseTo(1, within(1e-12));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 40, 120})
  void aCompleteGraphHasOneEigenvalueButTheFirst(int nodes) {
    List<Integer> ends = new ArrayList<>();
    for (int a = 0; a < nodes; a++) {
      for (int b = 0; b < a; b++) {
        ends.add(a);
        ends.add(b);
      }
    }
    Graph complete =
        StructureFixture.undirected(nodes, ends.stream().mapToInt(Integer::intValue).toArray());
    int dimensions = Math.min(20, nodes - 1);
    LaplacianEncoding encoding = encode(complete, dimensions);
    assertEigenvectors(complete, encoding);
    for (int column = 0; column < dimensions; column++) {
      assertThat(encoding.eigenvalue(column)).isCloseTo(nodes / (nodes - 1.0), within(1e-12));
    }
  }

  @Test
  void nodesWithoutNeighboursHaveTheirOwnVectors() {
    LaplacianEncoding edgeless = encode(StructureFixture.edgeless(4), 3);
    assertThat(edgeless.vectors().toArray()).containsExactly(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(edgeless.eigenvalue(0)).isEqualTo(1);
    // A pair has the eigenvalues 0 and 2: the nodes alone stand between.
    Graph pair = StructureFixture.undirected(4, 1, 3);
    LaplacianEncoding encoding = encode(pair, 3);
    assertEigenvectors(pair, encoding);
    assertThat(new double[] {encoding.eigenvalue(0), encoding.eigenvalue(1)}).containsExactly(1, 1);
    assertThat(encoding.eigenvalue(2)).isCloseTo(2, within(1e-14));
    assertThat(encoding.vectors().get(0, 0)).isEqualTo(1);
    assertThat(encoding.vectors().get(2, 1)).isEqualTo(1);
  }

  @Test
  void directionWeightsParallelEdgesAndSelfLoopsDoNotCount() {
    SplittableRandom random = new SplittableRandom(3);
    int[] sources = random.ints(400, 0, 100).toArray();
    int[] targets = random.ints(400, 0, 100).toArray();
    float[] weights = new float[400];
    for (int i = 0; i < 400; i++) {
      weights[i] = (float) random.nextDouble(-3, 3);
    }
    Graph plain =
        Graph.of(
            EdgeList.of(sources, targets),
            GraphOptions.UNDIRECTED.withNodes(100).withSelfLoops(SelfLoops.REMOVE));
    Graph odd =
        Graph.of(
            EdgeList.of(targets, sources, weights),
            GraphOptions.DIRECTED
                .withNodes(100)
                .withDuplicates(Duplicates.KEEP)
                .withSelfLoops(SelfLoops.ADD));
    assertThat(encode(odd, 7).vectors().toArray()).isEqualTo(encode(plain, 7).vectors().toArray());
  }

  @Test
  void threadsChangeNoBitAndTheSeedOnlyRounding() throws IOException {
    Graph graph = StructureFixture.open().graph("large");
    LaplacianOptions options = LaplacianOptions.of(5, 9).withThreads(1);
    DoubleMatrix first = LaplacianEncoding.of(graph, options).vectors();
    assertThat(LaplacianEncoding.of(graph, options.withThreads(2)).vectors().toArray())
        .isEqualTo(first.toArray());
    assertThat(LaplacianEncoding.of(graph, options.withThreads(7)).vectors().toArray())
        .isEqualTo(first.toArray());
    double[] other = LaplacianEncoding.of(graph, LaplacianOptions.of(5, 10)).vectors().toArray();
    assertThat(other).isNotEqualTo(first.toArray()).containsExactly(first.toArray(), within(1e-7));
  }

  @Test
  void whatDidNotConvergeSaysSo() {
    Graph ring = StructureFixture.ring(5000);
    LaplacianEncoding encoding =
        LaplacianEncoding.of(ring, LaplacianOptions.of(4, 1).withMostProducts(50));
    assertThat(encoding.converged()).isFalse();
    assertThat(encoding.residual(3)).isGreaterThan(1e-9);
    assertThat(encoding.toString()).contains("5000 x 4").contains("residuals up to");
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "5, 5", "5, 9"})
  void asManyDimensionsAsNodesAreRefusedWithBothNumbers(int nodes, int dimensions) {
    assertThatThrownBy(() -> encode(StructureFixture.edgeless(nodes), dimensions))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "%d eigenvectors but the first were asked for, a graph of %d nodes has %d"
                .formatted(dimensions, nodes, Math.max(0, nodes - 1)));
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> LaplacianOptions.of(0, 1))
        .hasMessage("an encoding has at least 1 dimension, not 0");
    assertThatThrownBy(() -> LaplacianOptions.of(1, 1).withTolerance(Double.NaN))
        .hasMessage("the tolerance is above 0, but was NaN");
    assertThatThrownBy(() -> LaplacianOptions.of(1, 1).withThreads(0))
        .hasMessage("at least 1 thread is needed, not 0");
  }
}
