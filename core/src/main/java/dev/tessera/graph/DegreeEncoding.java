package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;

/// Structural encoding by degree: ids for a table of learned vectors.
public final class DegreeEncoding {
  private DegreeEncoding() {}

  /// The number of edges in each node's row, at most `greatest` (512 in GQT).
  ///
  /// @param greatest at least 0
  /// @return `[nodes x 1]`, in `[0, greatest]`
  public static TokenIds of(Graph graph, int greatest) {
    if (greatest < 0) {
      throw new IllegalArgumentException("the greatest degree is at least 0, not " + greatest);
    }
    TokenIds degrees = TokenIds.allocate(graph.nodes());
    for (int node = 0; node < graph.nodes(); node++) {
      degrees.set(node, 0, (int) Math.min(greatest, graph.degree(node)));
    }
    return degrees;
  }
}
