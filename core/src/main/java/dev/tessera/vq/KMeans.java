package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.PriorityQueue;

/// Learns a codebook by Lloyd's algorithm. Vectors go to their nearest codeword exactly; a codeword
/// becomes the mean of its members, summed by ascending row in float32 in segments of 512 (see
/// [CentroidSums]); so a seed gives the same codebook, to the bit, on every backend and any number
/// of threads.
///
/// A cluster that lost all members takes the vector farthest from its codeword (the lowest row of
/// equals), the next empty cluster the next farthest. The algorithm ends when no vector changes its
/// codeword, or after the given number of steps.
public final class KMeans {
  /// Hears of progress after each step, on the calling thread.
  @FunctionalInterface
  public interface Listener {
    /// One step is done.
    ///
    /// @param iteration the step's number, from 1
    /// @param changedRows how many vectors went to another codeword
    void iterationDone(int iteration, long changedRows);
  }

  /// Vectors that a thread scores at a time.
  private static final int SCORED_ROWS = 1024;

  private final Backends backends;
  private final FloatMatrix vectors;
  private final KMeansOptions options;
  private int[] ids;
  private long reseeded;

  private KMeans(Backends backends, FloatMatrix vectors, KMeansOptions options) {
    this.backends = backends;
    this.vectors = vectors;
    this.options = options;
    ids = new int[0];
  }

  /// Learns a codebook from `[n x dim]`, n below 2^31.
  ///
  /// @throws IllegalArgumentException if there are fewer distinct vectors than codes (says how
  ///   many), or a vector holds a NaN or an infinity (names row and column)
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public static LearnedCodebook learn(
      Backends backends, FloatMatrix vectors, KMeansOptions options, Listener listener) {
    if (vectors.rows() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "k-means takes at most %d vectors, not %d: learn from a sample"
              .formatted(Integer.MAX_VALUE, vectors.rows()));
    }
    NonFinite.find(vectors)
        .ifPresent(
            place -> {
              throw new IllegalArgumentException("row " + place);
            });
    FloatMatrix learned =
        options.metric() == Metric.COSINE && vectors.rows() > 0 && vectors.columns() > 0
            ? Codebook.of(vectors).normalized().codewords()
            : vectors;
    try (WorkerPool pool = new WorkerPool("tessera-kmeans", backends.threads())) {
      return new KMeans(backends, learned, options).iterate(pool, listener);
    }
  }

  private LearnedCodebook iterate(WorkerPool pool, Listener listener) {
    Codebook codebook = Codebook.of(new CodewordSeeding(vectors, options, pool).seeds());
    boolean converged = false;
    int iteration = 0;
    try (LloydSteps steps = new LloydSteps(backends, vectors, codebook, options, pool)) {
      do {
        iteration++;
        long changed = steps.take(codebook);
        FloatMatrix means = steps.means();
        boolean wasReseeded = reseedEmpty(steps, means, codebook, pool);
        codebook = Codebook.of(means);
        if (options.metric() == Metric.COSINE) {
          codebook = codebook.normalized();
        }
        converged = changed == 0 && !wasReseeded;
        listener.iterationDone(iteration, changed);
      } while (!converged && iteration < options.iterations());
      return new LearnedCodebook(codebook, iteration, converged, reseeded, steps.report());
    }
  }

  private boolean reseedEmpty(
      LloydSteps steps, FloatMatrix means, Codebook codebook, WorkerPool pool) {
    int[] empty = steps.emptyClusters();
    if (empty.length == 0) {
      return false;
    }
    ids = steps.ids();
    int[] farthest = farthestRows(empty.length, codebook.codewords(), pool);
    float[] vector = new float[vectors.columns()];
    for (int i = 0; i < empty.length; i++) {
      vectors.copyRow(farthest[i], vector, 0);
      for (int column = 0; column < vector.length; column++) {
        means.set(empty[i], column, vector[column]);
      }
    }
    reseeded += empty.length;
    return true;
  }

  /// The rows with the worst scores, the worst first, the lowest row of equals first.
  private int[] farthestRows(int count, FloatMatrix codewords, WorkerPool pool) {
    double[] scores = scores(codewords, pool);
    Metric metric = options.metric();
    PriorityQueue<Integer> nearestFirst =
        new PriorityQueue<>(
            (a, b) -> {
              if (scores[a] == scores[b]) {
                return Integer.compare(b, a);
              }
              return metric.isBetter(scores[a], scores[b]) ? -1 : 1;
            });
    int[] rows = new int[count];
    for (int row = 0; row < ids.length; row++) {
      nearestFirst.add(row);
      if (nearestFirst.size() > count) {
        nearestFirst.remove();
      }
    }
    for (int i = count - 1; i >= 0; i--) {
      rows[i] = nearestFirst.remove();
    }
    return rows;
  }

  /// The score of each vector and the codeword that it went to.
  private double[] scores(FloatMatrix codewords, WorkerPool pool) {
    double[] scores = new double[ids.length];
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int end = (int) Math.min(ids.length, (chunk + 1) * SCORED_ROWS);
            for (int row = (int) chunk * SCORED_ROWS; row < end; row++) {
              scores[row] =
                  options
                      .metric()
                      .score(
                          vectors.segment(),
                          vectors.rowOffsetBytes(row),
                          codewords.segment(),
                          codewords.rowOffsetBytes(ids[row]),
                          vectors.columns());
            }
          }
        },
        Math.ceilDiv(ids.length, SCORED_ROWS));
    return scores;
  }
}
