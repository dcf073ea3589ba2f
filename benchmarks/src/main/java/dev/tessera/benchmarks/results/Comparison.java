package dev.tessera.benchmarks.results;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Two runs beside each other: what both measured, and what is noise.
///
/// A ratio of throughputs is noise if it is within the error of both: the halves of the two
/// confidence intervals, added as squares, and no less than [#LEAST_BOUND], or [#SINGLE_FORK_BOUND]
/// where a measurement had one JVM only, since JVMs differ by more than the iterations of one show.
///
/// @param changes of what both measured, in the order of the later run
/// @param differences between the machines, a clause each; empty if they are the same
/// @param onlyBefore how many measurements the earlier run alone has
/// @param onlyAfter how many the later one alone has
public record Comparison(
    List<Change> changes, List<String> differences, int onlyBefore, int onlyAfter) {
  /// What is never called a change.
  public static final double LEAST_BOUND = 0.05;

  /// What is never called a change of measurements by one JVM.
  public static final double SINGLE_FORK_BOUND = 0.10;

  /// One measurement, twice.
  ///
  /// @param before the earlier one
  /// @param after the later one
  public record Change(Result before, Result after) {
    /// How many times as fast it is now.
    public double ratio() {
      return after.throughput().value() / before.throughput().value();
    }

    /// How far the ratio may be from 1 without a change.
    public double bound() {
      double errors =
          Math.hypot(before.throughput().relativeError(), after.throughput().relativeError());
      return Math.max(
          errors, isSingle(before) || isSingle(after) ? SINGLE_FORK_BOUND : LEAST_BOUND);
    }

    private static boolean isSingle(Result result) {
      return result.jmh().number("forks", 1) < 2;
    }

    /// Whether nothing can be said to have changed.
    public boolean isNoise() {
      return Math.abs(ratio() - 1) <= bound();
    }
  }

  /// Puts two runs beside each other.
  public static Comparison of(BenchRun before, BenchRun after) {
    Map<String, Result> earlier = new HashMap<>();
    before.results().forEach(result -> earlier.put(result.key(), result));
    List<Change> changes = new ArrayList<>();
    Set<String> both = new HashSet<>();
    for (Result result : after.results()) {
      Result old = earlier.get(result.key());
      if (old != null) {
        changes.add(new Change(old, result));
        both.add(result.key());
      }
    }
    return new Comparison(
        changes,
        Machine.differences(before.circumstances().machine(), after.circumstances().machine()),
        earlier.size() - both.size(),
        after.results().size() - changes.size());
  }
}
