package dev.tessera.graph;

import dev.tessera.tensor.FloatMatrix;

/// Positional encoding by random walks: for each node the probabilities that a walk of 1, 2, ..., k
/// steps ends where it began, `diag((D^-1 A)^j)` for j = 1 to k (Dwivedi et al., "Graph Neural
/// Networks with Learnable Structural and Positional Representations", 2022). A step takes each
/// edge of a node's row as likely; weights are not looked at, parallel edges and self loops count.
/// A walk that comes to a node without edges does not go on, and a node without edges has zeros.
///
/// Exact: each node's distribution is followed over the nodes it reaches, in float64, and the
/// probabilities are rounded to float32. That costs, a node, the edges of all nodes within k - 1
/// hops, once a step; where the graph is symmetric half the steps are enough, as `(P^(a + b))_ii`
/// is the sum over v of `(P^a)_iv (P^b)_iv d_i / d_v`. So it suits small graphs, and few steps on
/// large ones: where k / 2 hops reach the whole graph, all nodes together cost `nodes * edges * k /
/// 2`. A thread holds 16 bytes a node of the graph.
public final class RandomWalkEncoding {
  private RandomWalkEncoding() {}

  /// The encoding of every node, on all processors.
  ///
  /// @param steps k, at least 1
  /// @return `[nodes x steps]`, column j for j + 1 steps
  public static FloatMatrix of(Graph graph, int steps) {
    return of(graph, steps, NodeBatches.defaultThreads());
  }

  /// As [#of(Graph, int)], on a number of threads, which changes no result.
  ///
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public static FloatMatrix of(Graph graph, int steps, int threads) {
    if (steps < 1) {
      throw new IllegalArgumentException("an encoding has at least 1 step, not " + steps);
    }
    NodeBatches.checkThreads(threads);
    Adjacency adjacency = Adjacency.of(graph);
    boolean symmetric = Graph.of(graph.rowPointers(), graph.columns(), null).isSymmetric();
    FloatMatrix encoding = FloatMatrix.allocate(graph.nodes(), steps);
    NodeBatches.run(
        threads,
        graph.nodes(),
        () -> {
          WalkDistribution walk = new WalkDistribution(adjacency);
          double[] returns = new double[steps];
          return row -> {
            if (symmetric) {
              walk.returnsBothWays((int) row, returns);
            } else {
              walk.returns((int) row, returns);
            }
            for (int step = 0; step < steps; step++) {
              encoding.set(row, step, (float) returns[step]);
            }
          };
        });
    return encoding;
  }
}
