package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;

/// Positional encoding by the Laplacian: the eigenvectors of the k smallest eigenvalues but the
/// first of `L = I - D^-1/2 A D^-1/2`, one a column (Dwivedi and Bresson, "A Generalization of
/// Transformer Networks to Graphs", 2021), as NAGphormer concatenates them with the features.
///
/// A is the graph taken undirected and simple: two nodes are neighbours if an edge leads from
/// either to the other; weights, parallel edges and self loops do not count. D are its degrees, at
/// least 1, so that a node without neighbours has the eigenvalue 1 and its own unit vector.
///
/// Eigenvalues ascend. Each component with an edge has the eigenvalue 0 once, with the square roots
/// of its degrees, normalised, as the vector. These come first, in the order of the components'
/// lowest nodes, and of them all the first alone is dropped: a graph of c such components has c - 1
/// columns that tell the components apart (in a graph without edges the first node's unit vector is
/// dropped). At the eigenvalue 1 the unit vectors of nodes without neighbours, by node, stand
/// behind computed ones that are not above it. Where an eigenvalue has several eigenvectors the
/// columns are an orthonormal basis of their space, which one, the seed decides.
///
/// Sign: of the elements whose magnitude is at least [#SIGN_WINDOW] times the largest of the
/// column, the one of the lowest node is positive. (The window makes magnitudes equal that differ
/// by rounding alone, as those of a symmetric graph do.)
///
/// A graph and a seed give the same bits on any machine and any number of threads. Two eigenvalues
/// that are closer than the residuals may come with mixed vectors. Takes memory for some `3 k + 32`
/// float64 vectors, and a copy of the graph.
public final class LaplacianEncoding {
  /// The share of the largest magnitude from which on elements count for the sign.
  public static final double SIGN_WINDOW = 1 - 1e-4;

  private final DoubleMatrix vectors;
  private final double[] eigenvalues;
  private final double[] residuals;
  private final long products;
  private final double tolerance;

  LaplacianEncoding(
      DoubleMatrix vectors,
      double[] eigenvalues,
      double[] residuals,
      long products,
      double tolerance) {
    this.vectors = vectors;
    this.eigenvalues = eigenvalues;
    this.residuals = residuals;
    this.products = products;
    this.tolerance = tolerance;
  }

  /// The encoding of a graph.
  ///
  /// @throws IllegalArgumentException if the graph has no more nodes than dimensions; names both
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public static LaplacianEncoding of(Graph graph, LaplacianOptions options) {
    if (options.dimensions() >= graph.nodes()) {
      throw new IllegalArgumentException(
          "%d eigenvectors but the first were asked for, a graph of %d nodes has %d"
              .formatted(options.dimensions(), graph.nodes(), Math.max(0, graph.nodes() - 1)));
    }
    try (WorkerPool pool = new WorkerPool("tessera-graph", options.threads())) {
      return new LaplacianSpectrum(Undirected.of(graph), options, pool).encoding();
    }
  }

  /// The eigenvectors `[nodes x k]`, of norm 1.
  public DoubleMatrix vectors() {
    return vectors;
  }

  /// The eigenvectors `[nodes x k]`, each element rounded to float32.
  public FloatMatrix floats() {
    FloatMatrix rounded = FloatMatrix.allocate(vectors.rows(), vectors.columns());
    for (long node = 0; node < vectors.rows(); node++) {
      for (int column = 0; column < vectors.columns(); column++) {
        rounded.set(node, column, (float) vectors.get(node, column));
      }
    }
    return rounded;
  }

  /// The number of columns, k.
  public int dimensions() {
    return eigenvalues.length;
  }

  /// The eigenvalue of a column, in `[0, 2]`.
  public double eigenvalue(int column) {
    return eigenvalues[column];
  }

  /// The norm of `L v - lambda v` for the column v, computed at the end. L has a norm of at most 2.
  public double residual(int column) {
    return residuals[column];
  }

  /// Whether every residual is within ten times the tolerance; if not, the products ran out.
  public boolean converged() {
    for (double residual : residuals) {
      if (!(residual <= 10 * tolerance)) {
        return false;
      }
    }
    return true;
  }

  /// How many products of matrix and vector it took.
  public long products() {
    return products;
  }

  /// The shape, the products, and the greatest residual.
  @Override
  public String toString() {
    double greatest = 0;
    for (double residual : residuals) {
      greatest = Math.max(greatest, residual);
    }
    return "LaplacianEncoding[%d x %d, %d products, residuals up to %.1e]"
        .formatted(vectors.rows(), vectors.columns(), products, greatest);
  }
}
