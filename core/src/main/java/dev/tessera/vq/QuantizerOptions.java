package dev.tessera.vq;

import dev.tessera.kernel.Metric;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How a quantizer looks vectors up. The three flags by which published systems differ map so:
/// *normalise the code* is [Metric#COSINE] instead of [Metric#DOT]; *normalise the query* changes
/// no id and is [#withNormalizedQuery()] where reported similarities should be divided by the
/// query's norm, too; *return the normalised code* is [#withNormalizedCodes()]. Each can be set
/// without the others.
public final class QuantizerOptions {
  /// Squared Euclidean distance over all codewords; a NaN is an error.
  public static final QuantizerOptions L2 = of(Metric.L2);

  private final Metric metric;
  private final boolean normalizedQuery;
  private final boolean normalizedCodes;
  private final NanPolicy nanPolicy;
  private final int @Nullable [] allowedCodes;

  private QuantizerOptions(
      Metric metric,
      boolean normalizedQuery,
      boolean normalizedCodes,
      NanPolicy nanPolicy,
      int @Nullable [] allowedCodes) {
    this.metric = metric;
    this.normalizedQuery = normalizedQuery;
    this.normalizedCodes = normalizedCodes;
    this.nanPolicy = nanPolicy;
    this.allowedCodes = allowedCodes;
  }

  /// All codewords by this metric; a NaN is an error.
  public static QuantizerOptions of(Metric metric) {
    return new QuantizerOptions(metric, false, false, NanPolicy.ERROR, null);
  }

  /// These options with reported scores divided by `max(|x|, 1e-12)`, in float64; the ids stay.
  ///
  /// @throws IllegalStateException for [Metric#L2], where a normalised query would be another point
  public QuantizerOptions withNormalizedQuery() {
    if (metric == Metric.L2) {
      throw new IllegalStateException(
          "a normalised query belongs to DOT and COSINE; for L2 normalise the vectors themselves");
    }
    return new QuantizerOptions(metric, true, normalizedCodes, nanPolicy, allowedCodes);
  }

  /// These options with normalised codewords ([Codebook#normalized()]) instead of the stored ones
  /// as what an id stands for: what decoding returns, and what a residual quantizer subtracts.
  /// Which codeword is nearest stays a matter of the metric.
  public QuantizerOptions withNormalizedCodes() {
    return new QuantizerOptions(metric, normalizedQuery, true, nanPolicy, allowedCodes);
  }

  /// These options with another rule for vectors that hold a NaN or an infinity.
  public QuantizerOptions withNanPolicy(NanPolicy policy) {
    return new QuantizerOptions(metric, normalizedQuery, normalizedCodes, policy, allowedCodes);
  }

  /// These options with only some codes allowed; ids stay those of the whole codebook.
  ///
  /// @param codes in any order; repeated ones count once
  public QuantizerOptions withAllowedCodes(int... codes) {
    int[] ascending = Arrays.stream(codes).sorted().distinct().toArray();
    if (ascending.length == 0) {
      throw new IllegalArgumentException("at least 1 code must be allowed");
    }
    return new QuantizerOptions(metric, normalizedQuery, normalizedCodes, nanPolicy, ascending);
  }

  /// What near means.
  public Metric metric() {
    return metric;
  }

  /// Whether reported scores are divided by the query's norm.
  public boolean normalizedQuery() {
    return normalizedQuery;
  }

  /// Whether an id stands for the normalised codeword instead of the stored one.
  public boolean normalizedCodes() {
    return normalizedCodes;
  }

  /// What becomes of a vector that holds a NaN or an infinity.
  public NanPolicy nanPolicy() {
    return nanPolicy;
  }

  /// The allowed codes, ascending, or null where all are.
  int @Nullable [] allowedCodes() {
    return allowedCodes;
  }

  /// The codewords that may be found.
  ///
  /// @throws IllegalArgumentException if an allowed code is outside the codebook
  Codebook searched(Codebook codebook) {
    if (allowedCodes == null) {
      return codebook;
    }
    if (allowedCodes[0] < 0 || allowedCodes[allowedCodes.length - 1] >= codebook.size()) {
      throw new IllegalArgumentException(
          "the allowed codes reach from %d to %d, the codebook has the codes [0, %d)"
              .formatted(allowedCodes[0], allowedCodes[allowedCodes.length - 1], codebook.size()));
    }
    return codebook.select(allowedCodes);
  }

  /// What ids stand for.
  Codebook returned(Codebook codebook) {
    return normalizedCodes ? codebook.normalized() : codebook;
  }
}
