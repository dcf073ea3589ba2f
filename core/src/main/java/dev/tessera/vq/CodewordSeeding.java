package dev.tessera.vq;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Chooses the first codewords of k-means from the vectors themselves, all of them distinct, by a
/// seed.
final class CodewordSeeding {
  /// Rows that k-means++ draws from, a codeword.
  private static final int SAMPLE_ROWS_PER_CODE = 8;

  /// The least number of rows that k-means++ draws from.
  private static final int LEAST_SAMPLE_ROWS = 4096;

  /// Sample rows whose distances a thread updates at a time: their running distances stay in the
  /// first-level cache.
  private static final int BLOCK_ROWS = 1024;

  private final FloatMatrix vectors;
  private final KMeansOptions options;
  private final WorkerPool pool;
  private final SplittableRandom random;
  private final DistinctRows chosen;

  CodewordSeeding(FloatMatrix vectors, KMeansOptions options, WorkerPool pool) {
    this.vectors = vectors;
    this.options = options;
    this.pool = pool;
    random = new SplittableRandom(options.seed());
    chosen = new DistinctRows(vectors, (int) Math.min(options.codes(), vectors.rows()));
  }

  /// The first codewords `[codes x dim]`.
  ///
  /// @throws IllegalArgumentException if there are fewer distinct vectors than codes
  FloatMatrix seeds() {
    int[] order = new int[(int) vectors.rows()];
    Arrays.setAll(order, i -> i);
    if (options.seeding() == Seeding.KMEANS_PLUS_PLUS && order.length > 0) {
      plusPlus(sample(order));
    }
    for (int i = 0; i < order.length && chosen.size() < options.codes(); i++) {
      draw(order, i);
      chosen.add(order[i]);
    }
    if (chosen.size() < options.codes()) {
      throw new IllegalArgumentException(
          "%d codes were asked for, the %d vectors have only %d distinct rows"
              .formatted(options.codes(), vectors.rows(), chosen.size()));
    }
    FloatMatrix seeds = FloatMatrix.allocate(options.codes(), vectors.columns());
    long rowBytes = (long) vectors.columns() * FloatMatrix.ELEMENT_BYTES;
    for (int code = 0; code < options.codes(); code++) {
      MemorySegment.copy(
          vectors.segment(),
          vectors.rowOffsetBytes(chosen.row(code)),
          seeds.segment(),
          seeds.rowOffsetBytes(code),
          rowBytes);
    }
    return seeds;
  }

  /// One step of the Fisher-Yates shuffle: a random one of the rows not drawn so far comes to place
  /// `i`.
  private void draw(int[] order, int i) {
    int j = random.nextInt(i, order.length);
    int row = order[j];
    order[j] = order[i];
    order[i] = row;
  }

  private int[] sample(int[] order) {
    long wanted = Math.max(LEAST_SAMPLE_ROWS, (long) SAMPLE_ROWS_PER_CODE * options.codes());
    int size = (int) Math.min(order.length, wanted);
    for (int i = 0; i < size; i++) {
      draw(order, i);
    }
    return Arrays.copyOf(order, size);
  }

  /// Squared distances are float32 here: they are weights of a lottery, not ids. They are computed
  /// by this class alone, so no backend changes them.
  private void plusPlus(int[] sample) {
    int blocks = Math.ceilDiv(sample.length, BLOCK_ROWS);
    float[][] transposed = new float[blocks][];
    float[][] distances = new float[blocks][];
    for (int block = 0; block < blocks; block++) {
      int begin = block * BLOCK_ROWS;
      int rows = Math.min(BLOCK_ROWS, sample.length - begin);
      transposed[block] = transpose(sample, begin, rows);
      distances[block] = new float[rows];
      Arrays.fill(distances[block], Float.MAX_VALUE);
    }
    int next = random.nextInt(sample.length);
    while (next >= 0) {
      chosen.add(sample[next]);
      if (chosen.size() == options.codes()) {
        return;
      }
      float[] codeword = new float[vectors.columns()];
      vectors.copyRow(sample[next], codeword, 0);
      pool.run(
          chunks -> {
            float[] acc = new float[BLOCK_ROWS];
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              shrink(distances[(int) chunk], transposed[(int) chunk], codeword, acc);
            }
          },
          blocks);
      next = drawByWeight(distances);
    }
  }

  private float[] transpose(int[] sample, int begin, int rows) {
    int dim = vectors.columns();
    float[] columns = new float[rows * dim];
    float[] vector = new float[dim];
    for (int row = 0; row < rows; row++) {
      vectors.copyRow(sample[begin + row], vector, 0);
      for (int i = 0; i < dim; i++) {
        columns[i * rows + row] = vector[i];
      }
    }
    return columns;
  }

  /// Lowers each row's distance to that from the new codeword, where it is nearer.
  private static void shrink(float[] distances, float[] transposed, float[] codeword, float[] acc) {
    int rows = distances.length;
    Arrays.fill(acc, 0, rows, 0);
    for (int i = 0; i < codeword.length; i++) {
      float value = codeword[i];
      int begin = i * rows;
      for (int row = 0; row < rows; row++) {
        float t = transposed[begin + row] - value;
        acc[row] += t * t;
      }
    }
    for (int row = 0; row < rows; row++) {
      distances[row] = Math.min(distances[row], acc[row]);
    }
  }

  /// A place in the sample drawn with a probability proportional to its distance, or -1 if all are
  /// 0.
  private int drawByWeight(float[][] distances) {
    double[] blockTotals = new double[distances.length];
    double total = 0;
    for (int block = 0; block < distances.length; block++) {
      for (float distance : distances[block]) {
        blockTotals[block] += distance;
      }
      total += blockTotals[block];
    }
    if (!(total > 0)) {
      return -1;
    }
    double left = random.nextDouble() * total;
    int block = 0;
    while (block < distances.length - 1 && left >= blockTotals[block]) {
      left -= blockTotals[block];
      block++;
    }
    int last = -1;
    for (int row = 0; row < distances[block].length; row++) {
      if (distances[block][row] > 0) {
        last = block * BLOCK_ROWS + row;
        left -= distances[block][row];
        if (left < 0) {
          return last;
        }
      }
    }
    return last;
  }
}
