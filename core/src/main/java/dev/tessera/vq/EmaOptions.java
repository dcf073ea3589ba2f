package dev.tessera.vq;

/// How a codebook is trained by moving averages.
///
/// @param rule how codewords follow their vectors
/// @param decay the share that a step keeps, within [0, 1]
/// @param epsilon what keeps counts from 0, at least 0
/// @param deadBelow codes whose count n_k falls below this are dead and replaced; 0 for never
/// @param resetsStatistics whether a replaced code's n_k becomes `deadBelow`, and its m_k the
///   vector times that, as newer versions have it; older ones replace the codeword alone
/// @param seed of the choice of vectors that replace dead codes
public record EmaOptions(
    EmaRule rule,
    double decay,
    double epsilon,
    double deadBelow,
    boolean resetsStatistics,
    long seed) {
  /// Checks the numbers.
  public EmaOptions {
    if (!(decay >= 0 && decay <= 1)) {
      throw new IllegalArgumentException("a decay is within [0, 1], not " + decay);
    }
    if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("epsilon is at least 0, not " + epsilon);
    }
    if (!(deadBelow >= 0 && deadBelow < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "the count below which codes are dead is at least 0, not " + deadBelow);
    }
  }

  /// lucidrains' defaults: decay 0.8, epsilon 1e-5, no code is ever dead.
  public static EmaOptions of(EmaRule rule) {
    return new EmaOptions(rule, 0.8, 1e-5, 0, true, 0);
  }

  /// These options with another decay.
  public EmaOptions withDecay(double share) {
    return new EmaOptions(rule, share, epsilon, deadBelow, resetsStatistics, seed);
  }

  /// These options with another epsilon.
  public EmaOptions withEpsilon(double small) {
    return new EmaOptions(rule, decay, small, deadBelow, resetsStatistics, seed);
  }

  /// These options with codes replaced whose count falls below `count`, statistics too.
  public EmaOptions withDeadCodes(double count, long choiceSeed) {
    return new EmaOptions(rule, decay, epsilon, count, true, choiceSeed);
  }

  /// These options with a replaced code's statistics left as they are.
  public EmaOptions withStatisticsKept() {
    return new EmaOptions(rule, decay, epsilon, deadBelow, false, seed);
  }
}
