package dev.tessera.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The rows of a graph as its algorithms walk them: the neighbours of a node are `neighbour(e)` for
/// the edges e from `begin(node)` to `end(node)`, exclusive, in the order of the row.
///
/// @param rowPointers int64 `[nodes + 1]`
/// @param columns int32 `[edges]`
record Adjacency(MemorySegment rowPointers, MemorySegment columns, int nodes) {
  private static final ValueLayout.OfLong ROW_POINTER = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt COLUMN = ValueLayout.JAVA_INT_UNALIGNED;

  static Adjacency of(Graph graph) {
    return new Adjacency(graph.rowPointers(), graph.columns(), graph.nodes());
  }

  long begin(int node) {
    return rowPointers.get(ROW_POINTER, 8L * node);
  }

  long end(int node) {
    return rowPointers.get(ROW_POINTER, 8L * node + 8);
  }

  /// The number of edges in the row of `node`.
  long degree(int node) {
    return end(node) - begin(node);
  }

  int neighbour(long edge) {
    return columns.get(COLUMN, 4 * edge);
  }

  /// The number of edges.
  long edges() {
    return begin(nodes);
  }

  /// Refuses what is no node of this graph.
  void checkNode(int node) {
    if (node < 0 || node >= nodes) {
      throw new IllegalArgumentException(
          "node %d is outside [0, %d), the nodes of the graph".formatted(node, nodes));
    }
  }
}
