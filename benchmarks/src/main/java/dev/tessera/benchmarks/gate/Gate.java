package dev.tessera.benchmarks.gate;

import dev.tessera.benchmarks.results.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Runs old and new code in turn, A B A B, each time in a new JVM, until the noise is small enough
/// or patience is over.
public final class Gate {
  private final int pairs;
  private final int mostPairs;
  private final PrintWriter err;

  /// One turn of one side.
  @FunctionalInterface
  public interface Turn {
    /// Measures.
    ///
    /// @return seconds a call
    double seconds() throws IOException, InterruptedException;
  }

  /// @param pairs how many pairs there are at least
  /// @param mostPairs how many there are at most, where the noise asks for more
  /// @param err told every pair
  public Gate(int pairs, int mostPairs, PrintWriter err) {
    this.pairs = pairs;
    this.mostPairs = Math.max(pairs, mostPairs);
    this.err = err;
  }

  /// Compares one case.
  ///
  /// @param what it is, for those who watch
  public PairedRatios compare(String what, Turn old, Turn now)
      throws IOException, InterruptedException {
    List<Double> ratios = new ArrayList<>();
    while (true) {
      double before = old.seconds();
      double after = now.seconds();
      ratios.add(after / before);
      PairedRatios so = new PairedRatios(ratios);
      err.println(
          String.format(
              Locale.ROOT,
              "%s, pair %d: old %.3f ms, new %.3f ms, ratio %.3f",
              what,
              ratios.size(),
              1e3 * before,
              1e3 * after,
              after / before));
      err.flush();
      if (ratios.size() >= mostPairs || (ratios.size() >= pairs && !so.isNoisy())) {
        return so;
      }
    }
  }

  /// Seconds a call, of JMH's record: the median of its iterations, whatever the unit.
  public static double seconds(JsonObject jmh) {
    JsonObject metric = jmh.object("primaryMetric");
    List<Double> sorted = metric.numbers("rawData").stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("expected raw data in JMH's record, found none");
    }
    double median = sorted.get(sorted.size() / 2);
    return switch (metric.text("scoreUnit")) {
      case "ops/s" -> 1 / median;
      case "ms/op" -> median / 1e3;
      default ->
          throw new IllegalArgumentException(
              "expected ops/s or ms/op, found " + metric.text("scoreUnit"));
    };
  }

  /// What is said of a case, on one line.
  public static String text(String what, PairedRatios ratios) {
    String said =
        switch (ratios.verdict()) {
          case SAME -> "no change beyond noise";
          case SLOWER -> "SLOWER";
          case FASTER -> "faster";
          case NOISY -> "too noisy to tell: a slowdown of 15 % could be missed";
        };
    return String.format(
        Locale.ROOT,
        "%s: %s; new over old %.3f, noise %.3f either way, %d pairs",
        what,
        said,
        ratios.median(),
        ratios.bound(),
        ratios.ratios().size());
  }
}
