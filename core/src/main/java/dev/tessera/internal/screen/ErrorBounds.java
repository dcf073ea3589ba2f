package dev.tessera.internal.screen;

import dev.tessera.kernel.Metric;

/// What separates the scores of [CentredCodebook] from the definition's, and float32 scores from
/// exact ones.
///
/// Let `g = g64(2 dim + 8)` bound the definition's float64 chain (`gn(k) = k u / (1 - k u)`, u the
/// unit of n bits). In scaled coordinates, A the scaled mean:
/// * L2: the definition gives `(score + 0.5 |X|^2) (1 + theta)`, `|theta| <= g`; if it prefers j to
///   i then `score_j <= score_i + 2 g (score_i + 0.5 |X|^2) (1 + 2 g)`.
/// * dot: `|x| |c| <= (|X| + |A|) (|C| + |A|)`, so j may be preferred while `score_j <= score_i + 2
///   g (|X| + |A|) |A| + g (|X| + |A|) (|C_i| + |C_j|)`; what belongs to a codeword is part of its
///   window `epsilon (|X| + omega) |C|`, with `omega = |A| g / u`.
/// * cosine: `|x| = |c| = scale` up to rounding, so `2 g scale^2`; and since normalising rounds
///   relative to `|x|`, not to X, omega has another `scale`.
///
/// A float32 score `constant - X.C` errs by `g32(roundings + 4)` times `|X| |C| + |constant|`: the
/// sum over the row, the storing of X and C, and the last operations.
public final class ErrorBounds {
  /// Covers what underflows, in float32 and at any dimension, in coordinates whose typical square
  /// is 1.
  public static final float UNDERFLOW = 0x1p-90f;

  /// What a place without a codeword scores: above any score, and far from overflow.
  public static final float NOBODY = 1e30f;

  private static final double SAFETY = 1.1;

  private final Metric metric;
  private final double chain;
  private final double meanNorm;
  private final double scale;
  private final double omega;
  private final double rescoring;
  private final double windowFactor;

  /// @param roundings how many roundings to float32 any product goes through on its way into a
  ///   score's sum
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  public ErrorBounds(CentredCodebook codebook, int roundings, double windowFactor) {
    this.windowFactor = windowFactor;
    metric = codebook.metric();
    chain = RoundingError.ofDoubles(2 * codebook.dim() + 8);
    meanNorm = codebook.meanNorm();
    scale = codebook.scale();
    double ofMean = meanNorm * chain / RoundingError.FLOAT_UNIT;
    omega =
        switch (metric) {
          case L2 -> 0;
          case DOT -> ofMean;
          case COSINE -> ofMean + scale;
        };
    rescoring = SAFETY * windowFactor * RoundingError.ofFloats(roundings + 8);
  }

  /// What every window is multiplied by: 1, but in the test that shows that it matters.
  public double windowFactor() {
    return windowFactor;
  }

  /// What is added to `|X|` in every window, for errors that are not relative to X.
  public double omega() {
    return omega;
  }

  /// The error of a float32 score, as a multiple of `(|X| + omega) |C| + |constant|`.
  public double rescoring() {
    return rescoring;
  }

  /// The part of [#limit]'s slack that is relative to `|score| + |X|^2`.
  public double slackOfScore() {
    return metric == Metric.L2 ? windowFactor * 3 * chain : 0;
  }

  /// The part of [#limit]'s slack that is relative to `|X|`.
  public double slackOfNorm() {
    return metric == Metric.DOT ? windowFactor * 3 * chain * meanNorm : 0;
  }

  /// The part of [#limit]'s slack that every point has.
  public double slackOfAll() {
    return windowFactor
        * switch (metric) {
          case L2 -> 0;
          case DOT -> 3 * chain * meanNorm * meanNorm;
          case COSINE -> 3 * chain * scale * scale;
        };
  }

  /// The greatest score that another codeword may have and be preferred by the definition.
  ///
  /// @param score an upper bound of the winner's score
  /// @param square `|X|^2`
  public float limit(double score, double square) {
    double slack =
        switch (metric) {
          case L2 -> 3 * chain * (Math.abs(score) + square);
          case DOT -> 3 * chain * (Math.sqrt(square) + meanNorm) * meanNorm;
          case COSINE -> 3 * chain * scale * scale;
        };
    double limit = score + windowFactor * (slack + UNDERFLOW);
    return limit < NOBODY / 2 ? RoundingError.roundUp(limit) : NOBODY / 2;
  }
}
