package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// Breadth-first searches, one after the other in the same memory. Not thread-safe.
final class BreadthFirst {
  private static final int NOT_REACHED = -1;

  private final Adjacency graph;
  private final int[] distance;

  /// What was reached, by distance, then by number.
  private int[] queue = new int[64];

  private int count;

  BreadthFirst(Adjacency graph) {
    this.graph = graph;
    distance = new int[graph.nodes()];
    Arrays.fill(distance, NOT_REACHED);
  }

  /// Searches up to `hops` from the seeds, to the end of the hop in which `enough` nodes are
  /// reached.
  ///
  /// @return how many nodes were reached
  int run(TokenIds seeds, int hops, int enough) {
    for (int i = 0; i < count; i++) {
      distance[queue[i]] = NOT_REACHED;
    }
    count = 0;
    for (long row = 0; row < seeds.rows(); row++) {
      reach(seeds.get(row), 0);
    }
    int begin = 0;
    for (int hop = 1; hop <= hops && begin < count && count < enough; hop++) {
      int end = count;
      for (int i = begin; i < end; i++) {
        int node = queue[i];
        for (long edge = graph.begin(node); edge < graph.end(node); edge++) {
          reach(graph.neighbour(edge), hop);
        }
      }
      Arrays.sort(queue, end, count);
      begin = end;
    }
    return count;
  }

  private void reach(int node, int hop) {
    if (distance[node] == NOT_REACHED) {
      distance[node] = hop;
      if (count == queue.length) {
        queue = Arrays.copyOf(queue, (int) Math.min(2L * count, graph.nodes()));
      }
      queue[count++] = node;
    }
  }

  int node(int i) {
    return queue[i];
  }

  int distance(int i) {
    return distance[queue[i]];
  }
}
