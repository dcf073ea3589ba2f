package dev.tessera.graph;

import dev.tessera.kernel.BackendOptions;

/// How a graph is made of a list of edges.
///
/// @param nodes the number of nodes, or [#FROM_EDGES]
/// @param undirected whether each edge also counts the other way round (a self loop only once). A
///   list that holds both directions then holds every edge twice, which is what `duplicates` is for
/// @param duplicates what becomes of edges with the same two ends
/// @param selfLoops what becomes of edges from a node to itself
/// @param threads how many threads sort, at least 1; the graph is the same for any number
public record GraphOptions(
    int nodes, boolean undirected, Duplicates duplicates, SelfLoops selfLoops, int threads) {
  /// As many nodes as the greatest id among the edges asks for.
  public static final int FROM_EDGES = -1;

  /// Edges in one direction, equal ones merged, self loops kept.
  public static final GraphOptions DIRECTED =
      new GraphOptions(
          FROM_EDGES, false, Duplicates.MERGE, SelfLoops.KEEP, BackendOptions.defaults().threads());

  /// Edges in both directions, equal ones merged, self loops kept.
  public static final GraphOptions UNDIRECTED = DIRECTED.withUndirected(true);

  /// Checks the numbers.
  public GraphOptions {
    if (nodes < FROM_EDGES) {
      throw new IllegalArgumentException("a graph has at least 0 nodes, not " + nodes);
    }
    if (threads < 1) {
      throw new IllegalArgumentException("at least 1 thread sorts, not " + threads);
    }
  }

  /// These options for so many nodes.
  public GraphOptions withNodes(int count) {
    return new GraphOptions(count, undirected, duplicates, selfLoops, threads);
  }

  /// These options with edges in both directions, or in one.
  public GraphOptions withUndirected(boolean both) {
    return new GraphOptions(nodes, both, duplicates, selfLoops, threads);
  }

  /// These options with another rule for repeated edges.
  public GraphOptions withDuplicates(Duplicates other) {
    return new GraphOptions(nodes, undirected, other, selfLoops, threads);
  }

  /// These options with another rule for self loops.
  public GraphOptions withSelfLoops(SelfLoops other) {
    return new GraphOptions(nodes, undirected, duplicates, other, threads);
  }

  /// These options on so many threads.
  public GraphOptions withThreads(int count) {
    return new GraphOptions(nodes, undirected, duplicates, selfLoops, count);
  }
}
