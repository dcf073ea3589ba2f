package dev.tessera.graph;

import java.util.Arrays;

/// The connected components of a graph, edges taken both ways.
///
/// @param of for each node its component, numbered from 0 by their lowest nodes
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Components(int[] of, int count) {
  /// Finds them by joining trees whose roots are their lowest nodes.
  static Components find(Adjacency graph) {
    int[] parent = new int[graph.nodes()];
    Arrays.setAll(parent, node -> node);
    for (int node = 0; node < parent.length; node++) {
      for (long edge = graph.begin(node); edge < graph.end(node); edge++) {
        int a = root(parent, node);
        int b = root(parent, graph.neighbour(edge));
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
    int[] component = new int[parent.length];
    int count = 0;
    for (int node = 0; node < parent.length; node++) {
      int root = root(parent, node);
      component[node] = root == node ? count++ : component[root];
    }
    return new Components(component, count);
  }

  /// The root of a node's tree; halves the way there for the next who goes it.
  private static int root(int[] parent, int start) {
    int node = start;
    while (parent[node] != node) {
      parent[node] = parent[parent[node]];
      node = parent[node];
    }
    return node;
  }
}
