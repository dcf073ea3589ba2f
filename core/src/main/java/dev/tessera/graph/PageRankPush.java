package dev.tessera.graph;

import java.util.Arrays;

/// Pushes from one start after the other in the same memory, as [PersonalizedPageRank] defines it.
/// Not thread-safe.
final class PageRankPush {
  private static final double NOT_REACHED = Double.NaN;

  private final Adjacency graph;
  private final double alpha;
  private final double alphaEpsilon;
  private final double[] residual;
  private final double[] weight;
  private final boolean[] stacked;

  /// Nodes with a residual, in the order in which they got the first.
  private int[] reached = new int[64];

  private int reachedCount;
  private int[] stack = new int[64];

  /// Nodes with a weight; once ranked, by rank.
  private int[] ranked = new int[64];

  PageRankPush(Adjacency graph, double alpha, double epsilon) {
    this.graph = graph;
    this.alpha = alpha;
    alphaEpsilon = alpha * epsilon;
    residual = new double[graph.nodes()];
    weight = new double[graph.nodes()];
    stacked = new boolean[graph.nodes()];
    Arrays.fill(residual, NOT_REACHED);
    Arrays.fill(weight, NOT_REACHED);
  }

  /// Pushes until no residual is worth it.
  ///
  /// @return how many nodes have a weight
  int run(int start) {
    forget();
    reach(start);
    residual[start] = alpha;
    stack[0] = start;
    int height = 1;
    int count = 0;
    while (height > 0) {
      int node = stack[--height];
      stacked[node] = false;
      double pushed = residual[node];
      if (Double.isNaN(weight[node])) {
        weight[node] = 0;
        if (count == ranked.length) {
          ranked = Arrays.copyOf(ranked, 2 * count);
        }
        ranked[count++] = node;
      }
      weight[node] += pushed;
      residual[node] = 0;
      height = push(node, pushed, height);
    }
    return count;
  }

  /// Hands the residual of `node` on to its neighbours.
  ///
  /// @return the height of the stack
  private int push(int node, double pushed, int heightBefore) {
    int height = heightBefore;
    long end = graph.end(node);
    double share = (1 - alpha) * pushed / (end - graph.begin(node));
    for (long edge = graph.begin(node); edge < end; edge++) {
      int neighbour = graph.neighbour(edge);
      if (Double.isNaN(residual[neighbour])) {
        reach(neighbour);
      }
      residual[neighbour] += share;
      if (!stacked[neighbour] && residual[neighbour] >= alphaEpsilon * graph.degree(neighbour)) {
        if (height == stack.length) {
          stack = Arrays.copyOf(stack, 2 * height);
        }
        stack[height++] = neighbour;
        stacked[neighbour] = true;
      }
    }
    return height;
  }

  private void reach(int node) {
    if (reachedCount == reached.length) {
      reached = Arrays.copyOf(reached, 2 * reachedCount);
    }
    reached[reachedCount++] = node;
    residual[node] = 0;
  }

  private void forget() {
    for (int i = 0; i < reachedCount; i++) {
      residual[reached[i]] = NOT_REACHED;
      weight[reached[i]] = NOT_REACHED;
    }
    reachedCount = 0;
  }

  /// Sorts the first `count` nodes by weight, the greatest first, of equal ones the lowest node.
  ///
  /// @return `count`
  int rank(int count) {
    // Heap sort: a comparator over an int[] would box every node.
    for (int root = count / 2 - 1; root >= 0; root--) {
      sink(root, count);
    }
    for (int last = count - 1; last > 0; last--) {
      int node = ranked[0];
      ranked[0] = ranked[last];
      ranked[last] = node;
      sink(0, last);
    }
    return count;
  }

  /// Restores the heap below `root`, whose top is what comes last in rank.
  private void sink(int root, int size) {
    int node = ranked[root];
    int place = root;
    for (int child = 2 * place + 1; child < size; child = 2 * place + 1) {
      if (child + 1 < size && isBefore(ranked[child], ranked[child + 1])) {
        child++;
      }
      if (!isBefore(node, ranked[child])) {
        break;
      }
      ranked[place] = ranked[child];
      place = child;
    }
    ranked[place] = node;
  }

  private boolean isBefore(int a, int b) {
    return weight[a] != weight[b] ? weight[a] > weight[b] : a < b;
  }

  /// The node at a rank.
  int node(int rank) {
    return ranked[rank];
  }

  /// What the node at a rank weighs.
  double weight(int rank) {
    return weight[ranked[rank]];
  }
}
