package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;

/// A graph, prepared: one call is one hop, `y = A x`, each row summed in CSR order with `acc =
/// fma(w, x, acc)` in float32, in segments of 512 edges whose partial sums are added in order.
/// Thread-safe.
public interface HopKernel extends AutoCloseable {
  /// The expected duration of a run, in nanoseconds, from measured constants.
  double estimatedNanos(int columns, int hops);

  /// Writes hop 1 to hop `hops` of `features` into `aggregated`.
  ///
  /// @param features `[nodes x dim]`
  /// @param hops how often the graph is applied; a device keeps what lies between on the device
  /// @param aggregated `[nodes x dim]` a hop, written in turn
  void aggregate(FloatMatrix features, int hops, FloatMatrix[] aggregated);

  /// What preparing has cost so far.
  Preparation preparation();

  /// Frees what preparing allocated. Closing twice does nothing.
  @Override
  void close();
}
