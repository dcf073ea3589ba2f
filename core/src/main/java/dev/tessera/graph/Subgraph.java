package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;

/// A part of a graph, with numbers of its own.
///
/// @param graph nodes 0 to n - 1, without weights
/// @param nodes `[n x 1]`, for each of them its number in the whole graph
public record Subgraph(Graph graph, TokenIds nodes) {
  /// The part of `graph` between `nodes`: all edges from one of them to another, in the order of
  /// their rows. Costs the edges of those rows.
  ///
  /// @param nodes `[n x 1]`, in the order that they get in the subgraph
  /// @throws IllegalArgumentException if one is no node of the graph, or stands there twice; names
  ///   its row
  public static Subgraph induced(Graph graph, TokenIds nodes) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, nodes);
    SubgraphBuilder builder = new SubgraphBuilder();
    for (long row = 0; row < nodes.rows(); row++) {
      int place = builder.place(nodes.get(row));
      if (place != row) {
        throw new IllegalArgumentException(
            "node %d stands in row %d and in row %d".formatted(nodes.get(row), place, row));
      }
    }
    for (int place = 0; place < nodes.rows(); place++) {
      int node = builder.node(place);
      for (long edge = adjacency.begin(node); edge < adjacency.end(node); edge++) {
        int neighbour = builder.find(adjacency.neighbour(edge));
        if (neighbour >= 0) {
          builder.addEdge(neighbour);
        }
      }
      builder.endRow();
    }
    return builder.build();
  }
}
