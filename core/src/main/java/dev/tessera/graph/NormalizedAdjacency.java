package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;

/// `S = D^-1/2 A D^-1/2` in float64 of an undirected graph without self loops, D the degrees: the
/// symmetric matrix whose largest eigenvalues belong to the smallest ones of the normalised
/// Laplacian `I - S`. The row and column of a node without neighbours are 0.
final class NormalizedAdjacency {
  private static final int BLOCK_ROWS = 512;

  private final Adjacency graph;
  private final WorkerPool pool;

  /// `1 / sqrt(degree)`, and 0 for a node without neighbours.
  private final double[] scale;

  private final double[] scaled;

  NormalizedAdjacency(Adjacency graph, WorkerPool pool) {
    this.graph = graph;
    this.pool = pool;
    scale = new double[graph.nodes()];
    scaled = new double[graph.nodes()];
    for (int node = 0; node < scale.length; node++) {
      long degree = graph.degree(node);
      scale[node] = degree == 0 ? 0 : 1 / Math.sqrt((double) degree);
    }
  }

  /// The number of rows and columns.
  int nodes() {
    return scale.length;
  }

  /// Writes `S x`, each sum in the order of its row.
  void multiply(double[] x, double[] product) {
    for (int node = 0; node < scale.length; node++) {
      scaled[node] = scale[node] * x[node];
    }
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int begin = (int) chunk * BLOCK_ROWS;
            multiplyRows(begin, Math.min(scale.length, begin + BLOCK_ROWS), product);
          }
        },
        Math.ceilDiv(scale.length, BLOCK_ROWS));
  }

  private void multiplyRows(int from, int to, double[] product) {
    long edge = graph.begin(from);
    for (int node = from; node < to; node++) {
      long end = graph.end(node);
      double sum = 0;
      for (; edge < end; edge++) {
        sum += scaled[graph.neighbour(edge)];
      }
      product[node] = scale[node] * sum;
    }
  }
}
