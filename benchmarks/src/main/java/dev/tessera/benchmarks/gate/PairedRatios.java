package dev.tessera.benchmarks.gate;

import java.util.List;

/// Times of new code over those of old code, measured side by side, a ratio a pair.
///
/// The median of the ratios decides: a neighbour on the machine that slows one turn moves one ratio
/// and not the median, and a machine that grows slower does so for both turns of a pair.
///
/// The median itself may be off. With `s = 1.4826 x` the median distance of the ratios from their
/// median, which is their standard deviation if they are normal, its standard error is `1.2533 s /
/// sqrt(n)`; [#bound] is three of those, times `1 + 4 / n`, as few ratios often lie closer together
/// than many do; and no less than [#LEAST_BOUND], as two builds of the same sources may differ by
/// where code happens to lie.
///
/// @param ratios new over old, in the order in which they were measured; above 1 is slower
public record PairedRatios(List<Double> ratios) {
  /// What is never called a change.
  public static final double LEAST_BOUND = 0.05;

  /// With a bound above that a slowdown of 15 % could be missed.
  public static final double MOST_BOUND = 0.08;

  private static final double DEVIATION_OF_MEDIAN_DISTANCE = 1.4826;
  private static final double ERROR_OF_MEDIAN = 1.2533;
  private static final double ERRORS = 3;

  /// With seven pairs or more of JVMs whose speeds differ by 3 %, 99 of 100 slowdowns of 15 % are
  /// caught, and one in 200 comparisons of equals is called slower; with half as much, one in 110.
  private static final double FEW = 4;

  /// What the ratios say.
  public enum Verdict {
    /// No change beyond noise.
    SAME,
    /// A slowdown beyond noise.
    SLOWER,
    /// A speed-up beyond noise.
    FASTER,
    /// The noise is greater than what is looked for.
    NOISY
  }

  /// Copies the ratios.
  ///
  /// @throws IllegalArgumentException if there is none, or one is no positive number
  public PairedRatios {
    ratios = List.copyOf(ratios);
    if (ratios.isEmpty()) {
      throw new IllegalArgumentException("expected ratios, found none");
    }
    for (double ratio : ratios) {
      if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("expected positive ratios, found " + ratio);
      }
    }
  }

  /// The median.
  public double median() {
    return median(ratios);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /// How far the median may be from 1 without a change.
  public double bound() {
    double median = median();
    double distance = median(ratios.stream().map(ratio -> Math.abs(ratio - median)).toList());
    int count = ratios.size();
    double error = ERROR_OF_MEDIAN * DEVIATION_OF_MEDIAN_DISTANCE * distance / Math.sqrt(count);
    return Math.max(LEAST_BOUND, ERRORS * error * (1 + FEW / count));
  }

  /// Whether more pairs would help.
  public boolean isNoisy() {
    return bound() > MOST_BOUND;
  }

  /// The verdict. A change beyond even a great bound is one.
  public Verdict verdict() {
    double change = median() - 1;
    if (change > bound()) {
      return Verdict.SLOWER;
    }
    if (-change > bound()) {
      return Verdict.FASTER;
    }
    return isNoisy() ? Verdict.NOISY : Verdict.SAME;
  }
}
