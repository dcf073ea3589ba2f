package dev.tessera.graph;

import java.util.Arrays;

/// What a graph is like, in figures.
public final class GraphProfile {
  private final long selfLoops;
  private final int emptyRows;
  private final int components;
  private final int largestComponent;
  private final long greatestDegree;
  private final long[] histogram;

  private GraphProfile(Graph graph) {
    long[] rowsByDegree = new long[Long.SIZE];
    long loops = 0;
    long greatest = 0;
    for (int row = 0; row < graph.nodes(); row++) {
      long end = graph.rowEnd(row);
      for (long edge = graph.rowBegin(row); edge < end; edge++) {
        loops += graph.neighbour(edge) == row ? 1 : 0;
      }
      rowsByDegree[bucket(graph.degree(row))]++;
      greatest = Math.max(greatest, graph.degree(row));
    }
    selfLoops = loops;
    emptyRows = (int) rowsByDegree[0];
    greatestDegree = greatest;
    histogram = Arrays.copyOf(rowsByDegree, bucket(greatest) + 1);
    Components connected = Components.find(Adjacency.of(graph));
    int[] sizes = new int[connected.count()];
    for (int component : connected.of()) {
      sizes[component]++;
    }
    components = connected.count();
    largestComponent = Arrays.stream(sizes).max().orElse(0);
  }

  /// Passes over all edges twice. Takes 8 bytes a node.
  public static GraphProfile of(Graph graph) {
    return new GraphProfile(graph);
  }

  /// 0 for no edges, else one more than the degree's power of two.
  private static int bucket(long degree) {
    return Long.SIZE - Long.numberOfLeadingZeros(degree);
  }

  /// Edges from a node to itself.
  public long selfLoops() {
    return selfLoops;
  }

  /// Nodes whose rows have no edges.
  public int emptyRows() {
    return emptyRows;
  }

  /// Groups of nodes that edges connect, whichever way they lead; a lone node is one.
  public int components() {
    return components;
  }

  /// Nodes of the largest component.
  public int largestComponent() {
    return largestComponent;
  }

  /// Edges of the longest row.
  public long greatestDegree() {
    return greatestDegree;
  }

  /// How many rows have 0 edges, 1, 2 to 3, 4 to 7, 8 to 15 ... edges; a new array.
  public long[] histogram() {
    return histogram.clone();
  }
}
