package dev.tessera.benchmarks.gate;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Compares old and new code by pairs of JVMs that take short turns, until the noise is small
/// enough or patience is over.
///
/// A machine in company changes its speed for seconds or minutes at a time. Turns of a second, A B
/// B A A B and so on, meet the same speed as a rule, and the median of a pair's turns those that
/// did. What differs from JVM to JVM, where memory lies and how code was compiled, no number of
/// turns tells: therefore several pairs.
public final class Gate {
  /// Turns of each JVM that are not counted: code is compiled, plans are made.
  private static final int WARM_TURNS = 4;

  /// Turns of each JVM that are counted.
  private static final int TURNS = 8;

  private final int pairs;
  private final int mostPairs;
  private final PrintWriter err;

  /// One side of a pair: a JVM that is ready to take turns.
  @FunctionalInterface
  public interface Side extends AutoCloseable {
    /// Takes a turn.
    ///
    /// @return seconds a call
    double seconds() throws IOException, InterruptedException;

    @Override
    default void close() throws IOException {}
  }

  /// Starts JVMs of one side.
  @FunctionalInterface
  public interface Opener {
    /// Starts another one, and waits until it is ready.
    Side open() throws IOException, InterruptedException;
  }

  /// @param pairs how many pairs of JVMs there are at least
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
  public PairedRatios compare(String what, Opener old, Opener now)
      throws IOException, InterruptedException {
    List<Double> ratios = new ArrayList<>();
    while (true) {
      boolean oldFirst = ratios.size() % 2 == 0;
      double ratio;
      try (Side first = (oldFirst ? old : now).open();
          Side second = (oldFirst ? now : old).open()) {
        ratio = oldFirst ? ratioOfTurns(first, second, what) : ratioOfTurns(second, first, what);
      }
      ratios.add(ratio);
      PairedRatios so = new PairedRatios(ratios);
      if (ratios.size() >= mostPairs || (ratios.size() >= pairs && !so.isNoisy())) {
        return so;
      }
    }
  }

  private double ratioOfTurns(Side old, Side now, String what)
      throws IOException, InterruptedException {
    for (int turn = 0; turn < WARM_TURNS; turn++) {
      old.seconds();
      now.seconds();
    }
    List<Double> ratios = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
      boolean oldFirst = turn % 2 == 0;
      double one = (oldFirst ? old : now).seconds();
      double other = (oldFirst ? now : old).seconds();
      double before = oldFirst ? one : other;
      ratios.add((oldFirst ? other : one) / before);
      least = Math.min(least, before);
    }
    PairedRatios turns = new PairedRatios(ratios);
    err.println(
        String.format(
            Locale.ROOT,
            "%s: old %.3f ms in the fastest turn, new over old %.3f (%.3f to %.3f)",
            what,
            1e3 * least,
            turns.median(),
            ratios.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
            ratios.stream().mapToDouble(Double::doubleValue).max().orElseThrow()));
    err.flush();
    return turns.median();
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
        "%s: %s; new over old %.3f, noise %.3f either way, %d pairs of JVMs",
        what,
        said,
        ratios.median(),
        ratios.bound(),
        ratios.ratios().size());
  }
}
