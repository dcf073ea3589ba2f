package dev.tessera.graph;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.TokenIds;

/// Personalised PageRank: how often a walker stands at each node who starts at one node, follows a
/// random edge, and at each step returns to the start with the probability alpha. Approximated from
/// below by pushing (Andersen, Chung and Lang, "Local Graph Partitioning using PageRank Vectors",
/// 2006), exactly as PyTorch Geometric's `get_ppr` does, in float64 and in its order, so that the
/// weights are equal to the bit:
///
/// The start has the residual alpha and stands on a stack. As long as there is one, the last node u
/// is taken from the stack, its residual r is added to its weight and becomes 0, and for each
/// neighbour v in the order of the row of u, of degree d, `((1 - alpha) * r) / d` is added to the
/// residual of v; if that is then at least `alpha * epsilon` times the degree of v, v is put on the
/// stack, unless it is there.
///
/// A weight is thus too small, by at most epsilon times the degree for undirected graphs. Nodes
/// that were never taken from the stack have no weight and are not listed; the start always is,
/// mostly as the greatest. Edge weights are not looked at. A push costs the degree of its node; all
/// pushes from one start together cost its degree and at most `1 / (alpha * epsilon)`. A thread
/// holds 17 bytes a node of the graph.
///
/// @param alpha the probability of a return, in `(0, 1]`
/// @param epsilon the accuracy, above 0
/// @param threads how many work on a batch; changes no result
public record PersonalizedPageRank(double alpha, double epsilon, int threads) {
  /// Checks the ranges.
  public PersonalizedPageRank {
    if (!(alpha > 0 && alpha <= 1)) {
      throw new IllegalArgumentException("alpha is in (0, 1], but was " + alpha);
    }
    if (!(epsilon > 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epsilon is above 0 and finite, but was " + epsilon);
    }
    NodeBatches.checkThreads(threads);
  }

  /// Alpha 0.2 and epsilon 1e-5, as `get_ppr` has them by default, on all processors.
  public static PersonalizedPageRank defaults() {
    return new PersonalizedPageRank(0.2, 1e-5, NodeBatches.defaultThreads());
  }

  /// This with another probability of a return.
  public PersonalizedPageRank withAlpha(double other) {
    return new PersonalizedPageRank(other, epsilon, threads);
  }

  /// This with another accuracy.
  public PersonalizedPageRank withEpsilon(double other) {
    return new PersonalizedPageRank(alpha, other, threads);
  }

  /// This on another number of threads.
  public PersonalizedPageRank withThreads(int count) {
    return new PersonalizedPageRank(alpha, epsilon, count);
  }

  /// All nodes that have a weight from `start`, the greatest first; of equal weights the lowest
  /// node first.
  ///
  /// @return one row
  /// @throws IllegalArgumentException if the start is no node of the graph
  public RankedNodes all(Graph graph, int start) {
    Adjacency adjacency = Adjacency.of(graph);
    adjacency.checkNode(start);
    PageRankPush push = new PageRankPush(adjacency, alpha, epsilon);
    int count = push.run(start);
    push.rank(count);
    int[] nodes = new int[count];
    double[] weights = new double[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = push.node(i);
      weights[i] = push.weight(i);
    }
    return new RankedNodes(TokenIds.of(nodes, 1, count), DoubleMatrix.of(weights, 1, count));
  }

  /// The `k` nodes of greatest weight from each of `starts`; fewer, and then pads, where fewer have
  /// one.
  ///
  /// @param starts `[n x 1]`
  /// @param k at least 1
  /// @param pad stands where there is no node; below 0
  /// @return `[n x k]`
  /// @throws IllegalArgumentException if a start is no node of the graph; names its row
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public RankedNodes top(Graph graph, TokenIds starts, int k, WeightOrder order, int pad) {
    if (k < 1) {
      throw new IllegalArgumentException("at least the first node is listed, not " + k);
    }
    NodeBatches.checkPad(pad);
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, starts);
    TokenIds nodes = TokenIds.allocate(starts.rows(), k);
    DoubleMatrix weights = DoubleMatrix.allocate(starts.rows(), k);
    NodeBatches.run(
        threads,
        starts.rows(),
        () -> {
          PageRankPush push = new PageRankPush(adjacency, alpha, epsilon);
          return row -> {
            int count = Math.min(k, push.rank(push.run(starts.get(row))));
            for (int place = 0; place < k; place++) {
              int rank = order == WeightOrder.DESCENDING ? place : count - 1 - place;
              nodes.set(row, place, place < count ? push.node(rank) : pad);
              weights.set(row, place, place < count ? push.weight(rank) : 0);
            }
          };
        });
    return new RankedNodes(nodes, weights);
  }
}
