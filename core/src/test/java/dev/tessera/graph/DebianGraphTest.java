package dev.tessera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The packages of Debian on the scalar backend, and what scipy makes of them (see
/// `make_debian.py`).
final class DebianGraphTest extends DebianContract {
  DebianGraphTest() {
    super("scalar");
  }

  @Test
  void hopTokensAreScipysButForRounding() throws IOException {
    FloatTensor tokens;
    try (Tessera tessera = Tessera.open("scalar")) {
      tokens = tokens(tessera);
    }
    StructureFixture reference = StructureFixture.open("debian.npz");
    int[] nodes = reference.ints("nodes");
    double[] some = reference.doubles("hops"); // [hops * nodes x dim]
    double[] sums = reference.doubles("hop_sums"); // [hops x dim]
    int dim = tokens.third();
    assertThat(some).hasSize(HOPS * nodes.length * dim);
    for (int hop = 1; hop <= HOPS; hop++) {
      FloatMatrix ours = tokens.atSecond(hop);
      for (int column = 0; column < dim; column++) {
        for (int i = 0; i < nodes.length; i++) {
          int row = (hop - 1) * nodes.length + i;
          assertClose(ours.get(nodes[i], column), some[row * dim + column]);
        }
        double sum = 0;
        for (long node = 0; node < ours.rows(); node++) {
          sum += ours.get(node, column);
        }
        assertClose(sum, sums[(hop - 1) * dim + column]);
      }
    }
  }

  /// No term of these sums is negative: a few roundings of 2^-24 a hop, of which most cancel.
  private static void assertClose(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(2e-6 * expected));
  }

  @Test
  void theLaplacianIsScipys() throws IOException {
    StructureFixture reference = StructureFixture.open("debian.npz");
    double[] eigenvalues = reference.doubles("eigenvalues");
    LaplacianEncoding encoding = LaplacianEncoding.of(graph(), LaplacianOptions.of(10, 1));
    assertThat(encoding.converged()).isTrue();
    for (int column = 0; column < 10; column++) {
      assertThat(encoding.eigenvalue(column))
          .as("column %d", column)
          .isCloseTo(eigenvalues[column + 1], within(1e-12));
      assertThat(encoding.residual(column)).isLessThan(1e-9);
    }
    assertThat(Components.find(Adjacency.of(graph())).count())
        .isEqualTo(reference.ints("components")[0]);
  }

  @Test
  void theSurroundingsOfAPackage() throws IOException {
    Graph graph = graph();
    List<String> packages = packages();
    TokenIds seed = TokenIds.of(new int[] {packages.indexOf("libc6")});
    RankedNodes ranked =
        PersonalizedPageRank.defaults().top(graph, seed, 30, WeightOrder.DESCENDING, -1);
    assertThat(packages.get(ranked.nodes().get(0))).isEqualTo("libc6");
    assertThat(Neighbourhood.within(graph, seed, 1).nodes().rows())
        .isEqualTo(1 + graph.degree(seed.get(0)));
  }
}
