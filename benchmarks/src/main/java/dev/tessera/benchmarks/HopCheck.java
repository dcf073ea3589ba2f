package dev.tessera.benchmarks;

import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.HopOptions;
import dev.tessera.graph.Normalization;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;

/// Compares a hop with the specification's.
final class HopCheck {
  /// What a peer may err by, in units of the greatest value of the hop.
  private static final double MOST_ERROR = 1e-5;

  private HopCheck() {}

  /// What is wrong with the first hop; empty if nothing is.
  static String compare(Graph graph, FloatMatrix features, HopRunner runner, String name) {
    FloatMatrix expected = definition(graph, features, 1);
    FloatMatrix found = runner.last(1);
    if (!name.equals(HopRunner.MKL)) {
      long differing = differing(expected, found);
      return differing == 0 ? "" : "%d values have other bits".formatted(differing);
    }
    double error = error(expected, found);
    return error <= MOST_ERROR ? "" : "an error of %g".formatted(error);
  }

  /// Hop `hops` by the scalar backend, on all processors.
  static FloatMatrix definition(Graph graph, FloatMatrix features, int hops) {
    try (Backends scalar = Backends.open("scalar", BackendOptions.defaults());
        HopAggregator aggregator = HopAggregator.of(scalar, graph, Normalization.SYMMETRIC)) {
      HopOptions options = HopOptions.of(hops).withLastOnly();
      return aggregator.aggregate(features, options).tensor().atSecond(0);
    }
  }

  /// How many values have other bits.
  static long differing(FloatMatrix expected, FloatMatrix found) {
    long differing = 0;
    for (long row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < expected.columns(); i++) {
        int want = Float.floatToIntBits(expected.get(row, i));
        differing += want == Float.floatToIntBits(found.get(row, i)) ? 0 : 1;
      }
    }
    return differing;
  }

  /// The greatest difference, in units of the greatest value.
  static double error(FloatMatrix expected, FloatMatrix found) {
    double error = 0;
    double greatest = Float.MIN_NORMAL;
    for (long row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < expected.columns(); i++) {
        greatest = Math.max(greatest, Math.abs(expected.get(row, i)));
        error = Math.max(error, Math.abs((double) expected.get(row, i) - found.get(row, i)));
      }
    }
    return error / greatest;
  }
}
