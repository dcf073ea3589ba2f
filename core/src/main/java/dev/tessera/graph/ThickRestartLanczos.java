package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The largest eigenvalues of a symmetric matrix by Lanczos' method with full reorthogonalisation
/// and thick restarts (Wu and Simon, "Thick-Restart Lanczos Method for Large Symmetric Eigenvalue
/// Problems", 2000). A basis of the Krylov space grows by one product at a time; when it is full,
/// its best Ritz vectors and the last vector begin the next.
///
/// Where the space closes before it is full, a random vector opens another, so that eigenvalues of
/// any multiplicity are found; and a run that has converged is followed by one orthogonal to what
/// it found, until that finds nothing as large.
final class ThickRestartLanczos {
  /// Basis vectors beyond twice the wanted: more converge in fewer products, and take more memory.
  private static final int SPARE_VECTORS = 24;

  /// Eigenvalues that a run looks for where mostly there is none: few, as it costs a basis of twice
  /// as many vectors.
  private static final int MOST_AT_A_SECOND_LOOK = 3;

  /// A remainder below this is rounding: the space is closed.
  private static final double CLOSED = 1e-13;

  /// How well the best of what is left must be known before it is found too small.
  private static final double REJECTION_RESIDUAL = 1e-5;

  private final NormalizedAdjacency matrix;
  private final int dimension;
  private final LaplacianOptions options;
  private final WorkerPool pool;
  private final SplitMix64 random;
  private final boolean[] zeroRows;
  private long products;

  /// @param zeroRows nodes whose rows and columns are 0: nothing is looked for there
  ThickRestartLanczos(
      NormalizedAdjacency matrix, boolean[] zeroRows, LaplacianOptions options, WorkerPool pool) {
    this.matrix = matrix;
    this.zeroRows = zeroRows;
    this.options = options;
    this.pool = pool;
    random = new SplitMix64(options.seed());
    int zeros = 0;
    for (boolean zero : zeroRows) {
      zeros += zero ? 1 : 0;
    }
    dimension = zeroRows.length - zeros;
  }

  /// How many products of matrix and vector there were.
  long products() {
    return products;
  }

  /// The `wanted` largest eigenvalues but for those of `known`, descending; fewer where there are
  /// no more.
  ///
  /// @param known orthonormal eigenvectors
  List<Eigenpair> largest(List<double[]> known, int wanted) {
    List<double[]> locked = new ArrayList<>(known);
    List<Eigenpair> found = new ArrayList<>();
    double floor = Double.NEGATIVE_INFINITY;
    while (locked.size() < dimension) {
      int asked = found.size() < wanted ? wanted : Math.min(wanted, MOST_AT_A_SECOND_LOOK);
      List<Eigenpair> more = run(locked, asked, floor);
      if (more.isEmpty()) {
        break;
      }
      for (Eigenpair pair : more) {
        locked.add(pair.vector());
      }
      found.addAll(more);
      found.sort((a, b) -> Double.compare(b.value(), a.value()));
      if (products >= options.mostProducts()) {
        break;
      }
      if (found.size() >= wanted) {
        floor = found.get(wanted - 1).value() + options.tolerance();
      }
    }
    return found.subList(0, Math.min(wanted, found.size()));
  }

  /// The largest eigenvalues above `floor`, at most `wanted`, orthogonal to `locked`.
  private List<Eigenpair> run(List<double[]> locked, int wanted, double floor) {
    int begin = locked.size();
    int most = Math.min(dimension - begin, 2 * wanted + SPARE_VECTORS);
    boolean whole = most == dimension - begin;
    OrthonormalBasis basis = new OrthonormalBasis(matrix.nodes(), locked, most + 1, pool);
    double[] w = new double[matrix.nodes()];
    double[] coefficients = new double[begin + most + 1];
    double[][] projected = new double[most][most];
    addRandom(basis, w, coefficients);
    int kept = 0;
    while (true) {
      double remainder = 0;
      for (int j = kept; j < most; j++) {
        matrix.multiply(basis.vector(begin + j), w);
        products++;
        remainder = basis.orthogonalize(w, 2, coefficients); // S v_j has parts along v_j and v_j-1
        for (int i = 0; i <= j; i++) {
          projected[i][j] = coefficients[begin + i];
          projected[j][i] = coefficients[begin + i];
        }
        if (j == most - 1 && whole) {
          remainder = 0;
        } else if (remainder > CLOSED) {
          basis.add(w, remainder);
        } else {
          remainder = 0;
          addRandom(basis, w, coefficients);
        }
      }
      SymmetricEigen ritz = SymmetricEigen.of(projected, most);
      int good = Math.min(wanted, most);
      int above = count(ritz.values(), good, floor);
      if (isDone(ritz, remainder, good, above) || products >= options.mostProducts()) {
        return extract(basis, begin, ritz, above);
      }
      kept = good + (most - good) / 2;
      basis.combine(begin, most, ritz.vectors(), kept);
      basis.moveLastTo(begin + kept);
      for (double[] row : projected) {
        Arrays.fill(row, 0);
      }
      for (int i = 0; i < kept; i++) {
        projected[i][i] = ritz.values()[i];
      }
    }
  }

  private static int count(double[] descending, int most, double floor) {
    int count = 0;
    while (count < most && descending[count] > floor) {
      count++;
    }
    return count;
  }

  /// Whether all Ritz values above the floor are eigenvalues, and the next one is known well enough
  /// to say that it is not above it.
  private boolean isDone(SymmetricEigen ritz, double remainder, int good, int above) {
    for (int i = 0; i < above; i++) {
      if (residual(ritz, remainder, i) > options.tolerance()) {
        return false;
      }
    }
    return above == good || residual(ritz, remainder, above) <= REJECTION_RESIDUAL;
  }

  /// The norm of `S y - theta y` for a Ritz vector y: what the last basis vector leaves over.
  private static double residual(SymmetricEigen ritz, double remainder, int i) {
    double[][] vectors = ritz.vectors();
    return remainder * Math.abs(vectors[vectors.length - 1][i]);
  }

  private static List<Eigenpair> extract(
      OrthonormalBasis basis, int begin, SymmetricEigen ritz, int count) {
    List<Eigenpair> pairs = new ArrayList<>();
    if (count > 0) {
      basis.combine(begin, ritz.values().length, ritz.vectors(), count);
      for (int i = 0; i < count; i++) {
        pairs.add(new Eigenpair(ritz.values()[i], basis.vector(begin + i)));
      }
    }
    return pairs;
  }

  /// Adds a random direction: of numbers in `[-1, 1)`, node by node, what is not in the span.
  private void addRandom(OrthonormalBasis basis, double[] w, double[] coefficients) {
    double norm;
    do {
      for (int node = 0; node < w.length; node++) {
        w[node] = zeroRows[node] ? 0 : 2 * random.nextDouble() - 1;
      }
      norm = basis.orthogonalize(w, 0, coefficients);
    } while (norm <= CLOSED);
    basis.add(w, norm);
  }
}
