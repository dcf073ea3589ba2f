package dev.tessera.vq;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/// A codebook in training by moving averages ([EmaRule]), for a training loop in any framework:
///
/// ```java
/// EmaCodebook codebook = tessera.train(first, KMeansOptions.of(512, 7), options);
/// for (FloatMatrix batch : batches) {
///   try (Quantizer quantizer = tessera.quantizer(codebook.codebook(), lookup)) {
///     codebook.update(batch, quantizer.encode(batch));
///   }
/// }
/// codebook.save(Path.of("codebook.safetensors"));
/// ```
///
/// Reproducible to the bit: sums take a code's members by ascending row in float32, in segments of
/// 512 ([CentroidSums]); every other number is computed in float64 from the float32 state and
/// rounded once; dead codes are replaced in ascending order by rows that the seed and the step
/// choose. For one thread at a time.
public final class EmaCodebook {
  private final EmaOptions options;
  private final FloatMatrix codewords;
  private final float[] counts;
  private final FloatMatrix sums;
  private long step;

  EmaCodebook(
      EmaOptions options, FloatMatrix codewords, float[] counts, FloatMatrix sums, long step) {
    this.options = options;
    this.codewords = codewords;
    this.counts = counts;
    this.sums = sums;
    this.step = step;
  }

  /// Starts from given codewords with `n_k = count` and `m_k = e_k`, as lucidrains' versions do,
  /// the newer with 1, the older, and taming's, with 0. [EmaRule#COSINE] and [EmaRule#COSINE_MEAN]
  /// take the codewords as they are: normalise them first where the system does.
  ///
  /// @throws IllegalArgumentException if the count is negative or no number
  public static EmaCodebook of(Codebook initial, float count, EmaOptions options) {
    if (!(count >= 0 && count < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a count is at least 0, not " + count);
    }
    float[] counts = new float[initial.size()];
    Arrays.fill(counts, count);
    return new EmaCodebook(options, copy(initial), counts, copy(initial), 0);
  }

  /// Starts from codewords that k-means finds in the first vectors, by the rule's metric, with the
  /// numbers of their members as counts and `m_k = e_k n_k`.
  ///
  /// @throws IllegalArgumentException as [KMeans#learn] does
  public static EmaCodebook learn(
      Backends backends, FloatMatrix vectors, KMeansOptions kMeans, EmaOptions options) {
    Metric metric = options.rule().metric();
    Codebook learned =
        KMeans.learn(backends, vectors, kMeans.withMetric(metric), (iteration, changed) -> {})
            .codebook();
    float[] counts = new float[learned.size()];
    try (Quantizer quantizer = Quantizer.of(backends, learned, QuantizerOptions.of(metric))) {
      for (int id : quantizer.encode(vectors).toArray()) {
        counts[id]++;
      }
    }
    FloatMatrix sums = copy(learned);
    for (int code = 0; code < counts.length; code++) {
      for (int i = 0; i < sums.columns(); i++) {
        sums.set(code, i, sums.get(code, i) * counts[code]);
      }
    }
    return new EmaCodebook(options, copy(learned), counts, sums, 0);
  }

  private static FloatMatrix copy(Codebook codebook) {
    FloatMatrix copy = FloatMatrix.allocate(codebook.size(), codebook.dim());
    copy.segment().copyFrom(codebook.codewords().segment());
    return copy;
  }

  /// Goes on from a file that [#save] wrote.
  ///
  /// @throws IOException if the file cannot be read, or holds something else; names the file and
  ///   what stood there
  public static EmaCodebook load(Path file) throws IOException {
    return EmaState.load(file);
  }

  /// Writes codewords, statistics, step and options to a `.safetensors` file, which appears whole
  /// or not at all.
  public void save(Path file) throws IOException {
    EmaState.save(this, file);
  }

  /// The codewords as they are now; later steps do not change them.
  public Codebook codebook() {
    return Codebook.of(codewords);
  }

  /// The options.
  public EmaOptions options() {
    return options;
  }

  /// How many steps were taken.
  public long step() {
    return step;
  }

  /// The moving counts `n_k`, a copy.
  public float[] counts() {
    return counts.clone();
  }

  /// The moving sums `m_k` `[K x dim]`, read-only. [EmaRule#COSINE_MEAN] has none and leaves them.
  public FloatMatrix sums() {
    return FloatMatrix.of(sums.segment().asReadOnly(), sums.rows(), sums.columns());
  }

  /// Takes a step.
  ///
  /// @param vectors `[n x dim]`, n below 2^31, as they were looked up
  /// @param ids `[n x 1]`, their codes now; rows with -1 take no part
  /// @return how many dead codes were replaced
  /// @throws IllegalArgumentException if the shapes do not fit, an id is outside the codebook, or a
  ///   row that takes part holds a NaN or an infinity; then nothing has changed
  public int update(FloatMatrix vectors, TokenIds ids) {
    int[] codes = checkedCodes(vectors, ids);
    FloatMatrix members = options.rule() == EmaRule.L2 ? vectors : UnitRows.of(vectors);
    CentroidSums batch = new CentroidSums(members, counts.length);
    FloatMatrix batchSums;
    try (WorkerPool caller = new WorkerPool("tessera-ema", 1)) { // starts no thread
      batchSums = batch.sums(codes, caller);
    }
    for (int code = 0; code < counts.length; code++) {
      counts[code] = lerp(counts[code], batch.counts()[code]);
    }
    if (options.rule() == EmaRule.COSINE_MEAN) {
      followMeans(batchSums, batch.counts());
    } else {
      followSums(batchSums);
    }
    step++;
    return new DeadCodes(options, step, codewords, counts, sums).replace(members, codes);
  }

  private int[] checkedCodes(FloatMatrix vectors, TokenIds ids) {
    if (vectors.columns() != codewords.columns()) {
      throw new IllegalArgumentException(
          "the vectors have %d columns, the codebook has %d"
              .formatted(vectors.columns(), codewords.columns()));
    }
    if (ids.columns() != 1 || ids.rows() != vectors.rows() || ids.rows() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "%d vectors need ids [%d x 1], fewer than 2^31, not [%d x %d]"
              .formatted(vectors.rows(), vectors.rows(), ids.rows(), ids.columns()));
    }
    int[] codes = ids.toArray();
    for (int row = 0; row < codes.length; row++) {
      if (codes[row] < -1 || codes[row] >= counts.length) {
        throw new IllegalArgumentException(
            "row %d has the id %d, which is outside [0, %d)"
                .formatted(row, codes[row], counts.length));
      }
      if (codes[row] >= 0) {
        NonFinite.findInRow(vectors, row)
            .ifPresent(
                place -> {
                  throw new IllegalArgumentException("row " + place);
                });
      }
    }
    return codes;
  }

  private float lerp(double from, double to) {
    return (float) (from + (1 - options.decay()) * (to - from));
  }

  /// `m_k` and from it `e_k`.
  private void followSums(FloatMatrix batchSums) {
    double total = 0;
    for (float count : counts) {
      total += count;
    }
    double smoothing = total + counts.length * options.epsilon();
    for (int code = 0; code < counts.length; code++) {
      double count = (counts[code] + options.epsilon()) / smoothing * total;
      for (int i = 0; i < sums.columns(); i++) {
        sums.set(code, i, lerp(sums.get(code, i), batchSums.get(code, i)));
        codewords.set(code, i, (float) (sums.get(code, i) / count));
      }
    }
    if (options.rule() == EmaRule.COSINE) {
      codewords.segment().copyFrom(UnitRows.of(codewords).segment());
    }
  }

  private void followMeans(FloatMatrix batchSums, int[] members) {
    for (int code = 0; code < counts.length; code++) {
      if (members[code] == 0) {
        for (int i = 0; i < codewords.columns(); i++) {
          batchSums.set(code, i, codewords.get(code, i));
        }
      }
    }
    FloatMatrix units = UnitRows.of(batchSums); // of a sum as of the mean
    for (int code = 0; code < counts.length; code++) {
      for (int i = 0; i < codewords.columns(); i++) {
        codewords.set(code, i, lerp(codewords.get(code, i), units.get(code, i)));
      }
    }
  }
}
