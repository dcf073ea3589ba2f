package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.Optional;

/// Says how much a vector belongs to every codeword: whole rows of scores or probabilities, and the
/// mixture of codewords that these make (STAG; VQGraph's soft assignment).
///
/// Scores are those of [Metric], in float64 and to the bit what [Quantizer#nearest] reports, so
/// that the greatest of a row is the id that it gives. Probabilities are `softmax(s /
/// temperature)`, in float64, with `s` the similarity or the negative squared distance, the
/// greatest taken away first, terms added in ascending order of the codes. The `k` most probable
/// codes are `quantizer.nearest(vectors, k)`.
///
/// A vector that holds a NaN or an infinity is an error, or, under [NanPolicy#SKIP], gets NaN
/// everywhere. Thread-safe.
public final class SoftQuantizer {
  /// Scores under way, in bytes.
  private static final long BLOCK_BYTES = 8L << 20;

  /// Hears of rows, block by block.
  @FunctionalInterface
  public interface RowConsumer {
    /// The next rows.
    ///
    /// @param firstRow the vector that the first one belongs to
    /// @param rows `[block x K]`; the memory is used again once the call returns
    void accept(long firstRow, DoubleMatrix rows);
  }

  private final WorkerPool pool;
  private final Codebook codebook;
  private final FloatMatrix returned;
  private final QuantizerOptions options;
  private final double temperature;
  private final SimilarityRows similarities;

  private SoftQuantizer(
      WorkerPool pool, Codebook codebook, QuantizerOptions options, double temperature) {
    this.pool = pool;
    this.codebook = codebook;
    this.options = options;
    this.temperature = temperature;
    returned = options.returned(codebook).codewords();
    similarities = new SimilarityRows(codebook, options);
  }

  /// A quantizer on the threads of opened backends, and as long as these.
  ///
  /// @param options the metric (with [QuantizerOptions#withNormalizedQuery()] for a cosine of both
  ///   sides), and whether mixtures are of stored or normalised codewords
  /// @param temperature what scores are divided by, above 0
  /// @throws IllegalArgumentException if only some codes are allowed: select them from the codebook
  public static SoftQuantizer of(
      Backends backends, Codebook codebook, QuantizerOptions options, double temperature) {
    if (options.allowedCodes() != null) {
      throw new IllegalArgumentException(
          "soft assignment takes all codes: make a codebook of those allowed by Codebook.select");
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a temperature is above 0, not " + temperature);
    }
    return new SoftQuantizer(backends.pool(), codebook, options, temperature);
  }

  /// The codebook.
  public Codebook codebook() {
    return codebook;
  }

  /// The options it was made with.
  public QuantizerOptions options() {
    return options;
  }

  /// What scores are divided by.
  public double temperature() {
    return temperature;
  }

  /// Hands over the scores of all vectors and codewords, `[n x K]`, in blocks by ascending row, on
  /// the calling thread.
  ///
  /// @throws IllegalArgumentException if the vectors do not have the codebook's columns, or one
  ///   holds a NaN or an infinity under [NanPolicy#ERROR]; names the row and the column
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public void scores(FloatMatrix vectors, RowConsumer consumer) {
    inBlocks(vectors, (row, block) -> {}, consumer);
  }

  /// As [#scores], of probabilities: rows that add up to 1.
  public void probabilities(FloatMatrix vectors, RowConsumer consumer) {
    inBlocks(vectors, this::softmax, consumer);
  }

  /// The codewords' mixture by probability, `sum_k p_k e_k` in float64 by ascending code, rounded
  /// once to float32: `[n x dim] -> [n x dim]`.
  ///
  /// @throws IllegalArgumentException as [#scores]
  public FloatMatrix mix(FloatMatrix vectors) {
    FloatMatrix mixtures = FloatMatrix.allocate(vectors.rows(), codebook.dim());
    inBlocks(
        vectors,
        this::softmax,
        (firstRow, rows) ->
            pool.run(
                tasks -> {
                  Mixture mixture = new Mixture();
                  for (long row = tasks.next(); row >= 0; row = tasks.next()) {
                    mixture.write(rows, row, mixtures, firstRow + row);
                  }
                },
                rows.rows()));
    return mixtures;
  }

  /// What becomes of a row of scores.
  private interface RowChange {
    void apply(long row, DoubleMatrix block);
  }

  private void inBlocks(FloatMatrix vectors, RowChange change, RowConsumer consumer) {
    if (vectors.columns() != codebook.dim()) {
      throw new IllegalArgumentException(
          "the vectors have %d columns, the codebook has %d"
              .formatted(vectors.columns(), codebook.dim()));
    }
    long rowBytes = (long) codebook.size() * Double.BYTES;
    long blockRows = Math.clamp(BLOCK_BYTES / rowBytes, 1, Math.max(1, vectors.rows()));
    DoubleMatrix memory = DoubleMatrix.allocate(blockRows, codebook.size());
    for (long from = 0; from < vectors.rows(); from += blockRows) {
      FloatMatrix some = vectors.slice(from, Math.min(vectors.rows(), from + blockRows));
      DoubleMatrix block = memory.slice(0, some.rows());
      boolean[] unordered = nonFinite(some, from);
      similarities.write(some, block, pool);
      pool.run(
          tasks -> {
            for (long row = tasks.next(); row >= 0; row = tasks.next()) {
              if (unordered[(int) row]) {
                fillWithNan(block, row);
              } else {
                change.apply(row, block);
              }
            }
          },
          block.rows());
      consumer.accept(from, block);
    }
  }

  private boolean[] nonFinite(FloatMatrix some, long from) {
    boolean[] found = new boolean[(int) some.rows()];
    for (int row = 0; row < found.length; row++) {
      Optional<NonFinite> place = NonFinite.findInRow(some, row);
      if (place.isPresent() && options.nanPolicy() == NanPolicy.ERROR) {
        throw new IllegalArgumentException(
            "row "
                + new NonFinite(from + row, place.get().column(), place.get().value())
                + "; such a vector belongs to no codeword (NanPolicy.SKIP gives it NaN)");
      }
      found[row] = place.isPresent();
    }
    return found;
  }

  private static void fillWithNan(DoubleMatrix block, long row) {
    for (int code = 0; code < block.columns(); code++) {
      block.set(row, code, Double.NaN);
    }
  }

  private void softmax(long row, DoubleMatrix block) {
    double sign = options.metric() == Metric.L2 ? -1 : 1;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int code = 0; code < block.columns(); code++) {
      greatest = Math.max(greatest, sign * block.get(row, code));
    }
    double sum = 0;
    for (int code = 0; code < block.columns(); code++) {
      // StrictMath: the same bits in the interpreter and in compiled code
      double term = StrictMath.exp((sign * block.get(row, code) - greatest) / temperature);
      block.set(row, code, term);
      sum += term;
    }
    for (int code = 0; code < block.columns(); code++) {
      block.set(row, code, block.get(row, code) / sum);
    }
  }

  /// A thread's memory for mixtures.
  private final class Mixture {
    private final float[] codeword = new float[codebook.dim()];
    private final double[] sum = new double[codebook.dim()];

    void write(DoubleMatrix probabilities, long row, FloatMatrix mixtures, long to) {
      Arrays.fill(sum, 0);
      for (int code = 0; code < codebook.size(); code++) {
        double weight = probabilities.get(row, code);
        if (weight != 0) { // true for a NaN
          returned.copyRow(code, codeword, 0);
          add(weight);
        }
      }
      for (int i = 0; i < sum.length; i++) {
        codeword[i] = (float) sum[i];
      }
      mixtures.setRow(to, codeword);
    }

    private void add(double weight) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] = Math.fma(weight, codeword[i], sum[i]);
      }
    }
  }
}
