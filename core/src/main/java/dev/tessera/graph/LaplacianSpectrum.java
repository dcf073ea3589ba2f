package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import java.util.ArrayList;
import java.util.List;

/// Puts a [LaplacianEncoding] together: what is known beforehand (the vectors of the components,
/// and those of nodes without neighbours), and what is computed between.
final class LaplacianSpectrum {
  private final Adjacency graph;
  private final LaplacianOptions options;
  private final WorkerPool pool;
  private final NormalizedAdjacency matrix;
  private final boolean[] alone;

  /// @param graph undirected and simple
  LaplacianSpectrum(Adjacency graph, LaplacianOptions options, WorkerPool pool) {
    this.graph = graph;
    this.options = options;
    this.pool = pool;
    matrix = new NormalizedAdjacency(graph, pool);
    alone = new boolean[graph.nodes()];
    for (int node = 0; node < alone.length; node++) {
      alone[node] = graph.degree(node) == 0;
    }
  }

  LaplacianEncoding encoding() {
    int wanted = options.dimensions() + 1; // the first is dropped
    List<Eigenpair> pairs = componentPairs(wanted);
    ThickRestartLanczos lanczos = new ThickRestartLanczos(matrix, alone, options, pool);
    if (pairs.size() < wanted) {
      List<double[]> known = new ArrayList<>();
      pairs.forEach(pair -> known.add(pair.vector()));
      mergeAlone(pairs, lanczos.largest(known, wanted - pairs.size()), wanted);
    }
    return encoding(pairs.subList(1, wanted), lanczos.products());
  }

  /// The vectors of the first components that have an edge, at the eigenvalue 1 of `S`.
  private List<Eigenpair> componentPairs(int most) {
    Components components = Components.find(graph);
    int[] order = new int[components.count()];
    double[] squares = new double[components.count()];
    int count = 0;
    for (int node = 0; node < alone.length; node++) {
      int component = components.of()[node];
      if (!alone[node]) {
        if (squares[component] == 0) {
          order[component] = count++;
        }
        squares[component] += graph.degree(node);
      }
    }
    List<Eigenpair> pairs = new ArrayList<>();
    for (int i = 0; i < Math.min(count, most); i++) {
      pairs.add(new Eigenpair(1, new double[alone.length]));
    }
    for (int node = 0; node < alone.length; node++) {
      int component = components.of()[node];
      if (!alone[node] && order[component] < pairs.size()) {
        pairs.get(order[component]).vector()[node] =
            Math.sqrt(graph.degree(node) / squares[component]);
      }
    }
    return pairs;
  }

  /// Adds what was computed, and the unit vectors of nodes without neighbours, at the eigenvalue 0
  /// of `S`, where they belong.
  private void mergeAlone(List<Eigenpair> pairs, List<Eigenpair> computed, int wanted) {
    int next = 0;
    int node = 0;
    while (pairs.size() < wanted) {
      while (node < alone.length && !alone[node]) {
        node++;
      }
      boolean isPast = next == computed.size() || computed.get(next).value() < -options.tolerance();
      if (isPast && node < alone.length) {
        Eigenpair unit = new Eigenpair(0, new double[alone.length]);
        unit.vector()[node++] = 1;
        pairs.add(unit);
      } else {
        pairs.add(computed.get(next++));
      }
    }
  }

  private LaplacianEncoding encoding(List<Eigenpair> pairs, long products) {
    int columns = pairs.size();
    DoubleMatrix vectors = DoubleMatrix.allocate(alone.length, columns);
    double[] eigenvalues = new double[columns];
    double[] residuals = new double[columns];
    double[] product = new double[alone.length];
    for (int column = 0; column < columns; column++) {
      double[] vector = pairs.get(column).vector();
      double value = pairs.get(column).value();
      matrix.multiply(vector, product);
      double squares = 0;
      double sign = sign(vector);
      for (int node = 0; node < vector.length; node++) {
        double rest = product[node] - value * vector[node];
        squares += rest * rest;
        vectors.set(node, column, sign * vector[node] + 0.0); // no -0
      }
      eigenvalues[column] = Math.clamp(1 - value, 0, 2);
      residuals[column] = Math.sqrt(squares);
    }
    return new LaplacianEncoding(vectors, eigenvalues, residuals, products, options.tolerance());
  }

  /// 1 where the first element within the window of the largest magnitude is positive, else -1.
  private static double sign(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (double value : vector) {
      if (Math.abs(value) >= LaplacianEncoding.SIGN_WINDOW * largest) {
        return value < 0 ? -1 : 1;
      }
    }
    return 1;
  }
}
