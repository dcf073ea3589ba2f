package dev.tessera.graph;

import java.util.Arrays;

/// Where a random walk from one node may be, step by step; one node after the other in the same
/// memory. Not thread-safe.
final class WalkDistribution {
  private final Adjacency graph;
  private double[] now;
  private double[] next;

  /// The nodes at which `now` is not 0, in the order in which they were reached.
  private int[] here = new int[64];

  private int[] there = new int[64];
  private int hereCount;
  private int thereCount;

  WalkDistribution(Adjacency graph) {
    this.graph = graph;
    now = new double[graph.nodes()];
    next = new double[graph.nodes()];
  }

  /// The probabilities to be back after 1, 2, ... steps.
  void returns(int start, double[] returns) {
    begin(start);
    for (int step = 0; step < returns.length; step++) {
      walk();
      turn();
      returns[step] = now[start];
    }
    clear(now, here, hereCount);
  }

  /// The same for a symmetric graph, in half the steps: a walk of a + b steps that returns is one
  /// of a steps to v and one of b steps to v, backwards.
  void returnsBothWays(int start, double[] returns) {
    begin(start);
    double startDegree = (double) graph.degree(start);
    for (int step = 0; step < returns.length; step += 2) {
      walk();
      double odd = 0;
      double even = 0;
      for (int i = 0; i < thereCount; i++) {
        int node = there[i];
        double share = next[node] * startDegree / graph.degree(node);
        odd += share * now[node];
        even += share * next[node];
      }
      returns[step] = odd;
      if (step + 1 < returns.length) {
        returns[step + 1] = even;
      }
      turn();
    }
    clear(now, here, hereCount);
  }

  private void begin(int start) {
    now[start] = 1;
    here[0] = start;
    hereCount = 1;
  }

  /// Fills `next` from `now`.
  private void walk() {
    thereCount = 0;
    for (int i = 0; i < hereCount; i++) {
      int node = here[i];
      long end = graph.end(node);
      double share = now[node] / graph.degree(node);
      for (long edge = graph.begin(node); edge < end; edge++) {
        int neighbour = graph.neighbour(edge);
        if (next[neighbour] == 0 && share > 0) {
          if (thereCount == there.length) {
            there = Arrays.copyOf(there, 2 * thereCount);
          }
          there[thereCount++] = neighbour;
        }
        next[neighbour] += share;
      }
    }
  }

  /// Makes `next` the new `now`.
  private void turn() {
    clear(now, here, hereCount);
    double[] cleared = now;
    now = next;
    next = cleared;
    int[] nodes = here;
    here = there;
    there = nodes;
    hereCount = thereCount;
  }

  private static void clear(double[] values, int[] nodes, int count) {
    for (int i = 0; i < count; i++) {
      values[nodes[i]] = 0;
    }
  }
}
