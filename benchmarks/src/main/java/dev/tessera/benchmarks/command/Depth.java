package dev.tessera.benchmarks.command;

import java.util.List;
import java.util.Locale;

/// How much is measured, and how often.
enum Depth {
  /// One shape a path: some three minutes.
  QUICK(1, 3, 1, 5, 1),

  /// All shapes, and series along every axis: hours.
  FULL(3, 4, 2, 5, 2);

  /// A JVM, its data, and the comparison with the specification.
  private static final int STARTING_SECONDS = 5;

  private final int forks;
  private final int warmUps;
  private final int warmUpSeconds;
  private final int iterations;
  private final int iterationSeconds;

  Depth(int forks, int warmUps, int warmUpSeconds, int iterations, int iterationSeconds) {
    this.forks = forks;
    this.warmUps = warmUps;
    this.warmUpSeconds = warmUpSeconds;
    this.iterations = iterations;
    this.iterationSeconds = iterationSeconds;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// JMH's options.
  List<String> jmhOptions() {
    return List.of(
        "-f", String.valueOf(forks),
        "-wi", String.valueOf(warmUps),
        "-w", warmUpSeconds + "s",
        "-i", String.valueOf(iterations),
        "-r", iterationSeconds + "s");
  }

  /// About how long a measurement takes.
  int estimatedSeconds() {
    return forks * (STARTING_SECONDS + warmUps * warmUpSeconds + iterations * iterationSeconds);
  }
}
