package dev.tessera.graph;

import java.util.Arrays;

/// Up to so many neighbours of a node, drawn without replacement. Reused; not thread-safe.
final class RowSample {
  /// To avoid nothing.
  static final int[] NONE = {};

  private final Adjacency graph;
  private final int most;
  private final long[] places;
  private final int[] nodes;
  private final DistinctDraws draws = new DistinctDraws();
  private long[] skipped = new long[4];

  RowSample(Adjacency graph, int most) {
    this.graph = graph;
    this.most = most;
    places = new long[most];
    nodes = new int[most];
  }

  /// Draws from the neighbours of `node` but for those that are avoided: all of them, in the order
  /// of the row, if there are not more than wanted, else as many as are wanted, in the order in
  /// which they were drawn.
  ///
  /// @return how many
  int draw(SplitMix64 random, int node, int[] avoided) {
    long begin = graph.begin(node);
    long end = graph.end(node);
    int skips = findSkipped(begin, end, avoided);
    long degree = end - begin - skips;
    int count = (int) Math.min(most, degree);
    if (degree > most) {
      draws.draw(random, degree, most, places);
    } else {
      for (int i = 0; i < count; i++) {
        places[i] = i;
      }
    }
    for (int i = 0; i < count; i++) {
      long edge = begin + places[i];
      for (int skip = 0; skip < skips && skipped[skip] <= edge; skip++) {
        edge++; // the edges that are skipped ascend
      }
      nodes[i] = graph.neighbour(edge);
    }
    return count;
  }

  /// The edges to nodes that are avoided, ascending, into `skipped`.
  private int findSkipped(long begin, long end, int[] avoided) {
    if (avoided.length == 0) {
      return 0;
    }
    int skips = 0;
    for (long edge = begin; edge < end; edge++) {
      int neighbour = graph.neighbour(edge);
      for (int node : avoided) {
        if (node == neighbour) {
          if (skips == skipped.length) {
            skipped = Arrays.copyOf(skipped, 2 * skips);
          }
          skipped[skips++] = edge;
          break;
        }
      }
    }
    return skips;
  }

  /// The `i`-th node of the last draw.
  int node(int i) {
    return nodes[i];
  }
}
