package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.util.Arrays;
import java.util.List;

/// Orthonormal vectors, one element a node, and what is done with all of them at once. Sums are
/// formed in blocks of a fixed number of nodes, which are then added in order: the threads change
/// no bit.
final class OrthonormalBasis {
  private static final int BLOCK_NODES = 2048;

  /// A vector that lost more than this in the first pass is made orthogonal once more: "twice is
  /// enough" (Parlett, "The Symmetric Eigenvalue Problem", 1980, section 6-9, due to Kahan).
  private static final double KEPT_SHARE = 0.7;

  private final int nodes;
  private final WorkerPool pool;
  private final double[][] vectors;
  private final double[][] blockSums;
  private final double[] sums;
  private int size;

  /// Begins with `first`, which are orthonormal, and has room for as many more as `room`.
  OrthonormalBasis(int nodes, List<double[]> first, int room, WorkerPool pool) {
    this.nodes = nodes;
    this.pool = pool;
    vectors = new double[first.size() + room][];
    for (double[] vector : first) {
      vectors[size++] = vector;
    }
    blockSums = new double[Math.ceilDiv(nodes, BLOCK_NODES)][vectors.length];
    sums = new double[vectors.length];
  }

  double[] vector(int i) {
    return vectors[i];
  }

  int size() {
    return size;
  }

  /// Takes out of `w` what lies in the span of the basis.
  ///
  /// @param lastCount so many of the last vectors are taken out beforehand: where what is taken out
  ///   lies almost wholly along these, one pass over all vectors is enough
  /// @param coefficients gets the part of each vector that was taken out
  /// @return the norm of what is left; 0 if nothing but rounding is left
  double orthogonalize(double[] w, int lastCount, double[] coefficients) {
    Arrays.fill(coefficients, 0, size, 0);
    takeOut(Math.max(0, size - lastCount), w, coefficients);
    double before = norm(w);
    takeOut(0, w, coefficients);
    double after = norm(w);
    if (after < KEPT_SHARE * before) {
      double first = after;
      takeOut(0, w, coefficients);
      after = norm(w);
      if (after < KEPT_SHARE * first) {
        return 0;
      }
    }
    return after;
  }

  /// One pass: takes out the vectors from `from` on.
  private void takeOut(int from, double[] w, double[] coefficients) {
    inBlocks((block, begin, end) -> dots(from, w, begin, end, blockSums[block]));
    addBlocks(from, size);
    for (int i = from; i < size; i++) {
      coefficients[i] += sums[i];
    }
    inBlocks(
        (_, begin, end) -> {
          for (int i = from; i < size; i++) {
            subtract(sums[i], vectors[i], w, begin, end);
          }
        });
  }

  private void dots(int from, double[] w, int begin, int end, double[] target) {
    for (int i = from; i < size; i++) {
      target[i] = dot(vectors[i], w, begin, end);
    }
  }

  /// Four sums side by side, as one chain would wait for each addition.
  private static double dot(double[] a, double[] b, int begin, int end) {
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int node = begin;
    for (; node <= end - 4; node += 4) {
      sum0 += a[node] * b[node];
      sum1 += a[node + 1] * b[node + 1];
      sum2 += a[node + 2] * b[node + 2];
      sum3 += a[node + 3] * b[node + 3];
    }
    for (; node < end; node++) {
      sum0 += a[node] * b[node];
    }
    return (sum0 + sum1) + (sum2 + sum3);
  }

  private static void subtract(double factor, double[] vector, double[] w, int begin, int end) {
    for (int node = begin; node < end; node++) {
      w[node] -= factor * vector[node];
    }
  }

  /// The Euclidean norm.
  double norm(double[] w) {
    inBlocks((block, begin, end) -> blockSums[block][0] = dot(w, w, begin, end));
    addBlocks(0, 1);
    return Math.sqrt(sums[0]);
  }

  private void addBlocks(int from, int to) {
    Arrays.fill(sums, from, to, 0);
    for (double[] block : blockSums) {
      for (int i = from; i < to; i++) {
        sums[i] += block[i];
      }
    }
  }

  /// Adds `w / norm`, a copy.
  void add(double[] w, double norm) {
    double[] unit = vectors[size] == null ? new double[nodes] : vectors[size];
    for (int node = 0; node < nodes; node++) {
      unit[node] = w[node] / norm;
    }
    vectors[size++] = unit;
  }

  /// Puts `count` combinations in the place of the vectors from `begin` on, of which `used` are
  /// combined: the new vector c is the sum of `vector(begin + i) * combinations[i][c]`.
  void combine(int begin, int used, double[][] combinations, int count) {
    inBlocks(
        (_, from, to) -> {
          double[][] combined = new double[count][to - from];
          for (int i = 0; i < used; i++) {
            for (int c = 0; c < count; c++) {
              addTo(combined[c], combinations[i][c], vectors[begin + i], from);
            }
          }
          for (int c = 0; c < count; c++) {
            System.arraycopy(combined[c], 0, vectors[begin + c], from, to - from);
          }
        });
  }

  /// Moves the last vector to `place` and drops those behind it.
  void moveLastTo(int place) {
    double[] last = vectors[size - 1];
    vectors[size - 1] = vectors[place];
    vectors[place] = last;
    size = place + 1;
  }

  private static void addTo(double[] sum, double factor, double[] vector, int from) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * vector[from + i];
    }
  }

  @FunctionalInterface
  private interface BlockTask {
    void block(int block, int begin, int end);
  }

  private void inBlocks(BlockTask task) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int begin = (int) chunk * BLOCK_NODES;
            task.block((int) chunk, begin, Math.min(nodes, begin + BLOCK_NODES));
          }
        },
        Math.ceilDiv(nodes, BLOCK_NODES));
  }
}
