package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.LaplacianEncoding;
import dev.tessera.graph.LaplacianOptions;
import dev.tessera.graph.Normalization;
import dev.tessera.graph.SelfLoops;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;

/// NAGphormer's Hop2Token: each node as K + 1 tokens, what it sees in 0 to K hops (Chen et al.,
/// arXiv 2206.04910). Follows `JHL-HUST/NAGphormer` at commit dd709f9.
///
/// Features are followed by the Laplacian's eigenvectors, taken *without* self loops; both together
/// are then propagated by the symmetrically normalised adjacency *with* self loops, K times. Which
/// sign and which basis eigenvectors have is arbitrary in the released code; here
/// [LaplacianEncoding] says it. A linear layer and a transformer over the K + 1 tokens of each node
/// follow elsewhere.
public final class Nagphormer {
  private static final Normalization RULE = Normalization.SYMMETRIC.withSelfLoops(SelfLoops.ADD);

  private Nagphormer() {}

  /// The tokens of all nodes: `[n x d] -> [n x K + 1 x d + dimensions]`.
  ///
  /// @param graph undirected, without self loops
  /// @param features `[n x d]`
  /// @param hops K: 3 or 7 for citation graphs, 10 for Reddit, 16 for AMiner
  /// @param encoding the eigenvectors, 3, 10 or 15 of them in the released settings
  /// @throws IllegalArgumentException if the graph has other nodes than there are features, or not
  ///   more than eigenvectors
  public static FloatTensor tokens(
      Tessera tessera, Graph graph, FloatMatrix features, int hops, LaplacianOptions encoding) {
    LaplacianEncoding laplacian = LaplacianEncoding.of(graph, encoding);
    return tokens(tessera, graph, beside(features, laplacian.floats()), hops);
  }

  /// The tokens of all nodes without an encoding, or with one that the features have already: `[n x
  /// d] -> [n x K + 1 x d]`.
  ///
  /// @throws IllegalArgumentException if the graph has other nodes than there are features
  public static FloatTensor tokens(Tessera tessera, Graph graph, FloatMatrix features, int hops) {
    try (HopAggregator aggregator = tessera.hops(graph, RULE)) {
      return aggregator.aggregate(features, hops);
    }
  }

  private static FloatMatrix beside(FloatMatrix left, FloatMatrix right) {
    if (left.rows() != right.rows()) {
      throw new IllegalArgumentException(
          "the features have %d rows, the graph has %d nodes".formatted(left.rows(), right.rows()));
    }
    FloatMatrix both = FloatMatrix.allocate(left.rows(), left.columns() + right.columns());
    for (long row = 0; row < both.rows(); row++) {
      for (int i = 0; i < left.columns(); i++) {
        both.set(row, i, left.get(row, i));
      }
      for (int i = 0; i < right.columns(); i++) {
        both.set(row, left.columns() + i, right.get(row, i));
      }
    }
    return both;
  }
}
