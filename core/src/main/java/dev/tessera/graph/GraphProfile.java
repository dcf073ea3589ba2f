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
    int[] parents = new int[graph.nodes()];
    for (int node = 0; node < parents.length; node++) {
      parents[node] = node;
    }
    long loops = 0;
    long greatest = 0;
    for (int row = 0; row < graph.nodes(); row++) {
      long end = graph.rowEnd(row);
      for (long edge = graph.rowBegin(row); edge < end; edge++) {
        int neighbour = graph.neighbour(edge);
        loops += neighbour == row ? 1 : 0;
        join(parents, row, neighbour);
      }
      rowsByDegree[bucket(graph.degree(row))]++;
      greatest = Math.max(greatest, graph.degree(row));
    }
    int[] sizes = new int[parents.length];
    int roots = 0;
    int largest = 0;
    for (int node = 0; node < parents.length; node++) {
      int size = ++sizes[root(parents, node)];
      largest = Math.max(largest, size);
      roots += parents[node] == node ? 1 : 0;
    }
    selfLoops = loops;
    emptyRows = (int) rowsByDegree[0];
    components = roots;
    largestComponent = largest;
    greatestDegree = greatest;
    histogram = Arrays.copyOf(rowsByDegree, bucket(greatest) + 1);
  }

  /// Passes over all edges once. Takes 8 bytes a node.
  public static GraphProfile of(Graph graph) {
    return new GraphProfile(graph);
  }

  /// 0 for no edges, else one more than the degree's power of two.
  private static int bucket(long degree) {
    return Long.SIZE - Long.numberOfLeadingZeros(degree);
  }

  private static void join(int[] parents, int a, int b) {
    int rootA = root(parents, a);
    int rootB = root(parents, b);
    parents[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }

  /// The lowest node known to be connected; halves the way there.
  private static int root(int[] parents, int start) {
    int node = start;
    while (parents[node] != node) {
      parents[node] = parents[parents[node]];
      node = parents[node];
    }
    return node;
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
