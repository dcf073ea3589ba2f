package dev.tessera.benchmarks;

import dev.tessera.graph.Graph;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;

/// Somebody who takes hops of one graph's features with symmetric weights: a backend, or a peer in
/// the same JVM.
interface HopRunner extends AutoCloseable {
  /// The peer that goes by this name where backends are named.
  String MKL = "mkl";

  /// What the SIMD backend goes by where it gathers rows of bfloat16.
  String HALVES = "simd-bf16";

  /// Opens a backend, or [#MKL], and lets it prepare.
  static HopRunner open(String name, Graph graph, FloatMatrix features, int threads) {
    return name.equals(MKL)
        ? new MklHops(graph, features, threads)
        : new TesseraHops(name, graph, features, threads);
  }

  /// Takes `hops` hops and gives the last, which the next call may overwrite.
  ///
  /// @return `[nodes x dim]`
  FloatMatrix last(int hops);

  /// Writes the features and all hops.
  ///
  /// @param tokens `[nodes x (hops + 1) x dim]`, written
  void tokens(FloatTensor tokens);

  /// As [#tokens], by somebody new who has prepared nothing.
  ///
  /// @return nanoseconds
  long firstTokens(FloatTensor tokens);

  /// What preparing cost.
  Preparation preparation();

  /// Prepares once more, and forgets it.
  Preparation prepareAgain();

  /// As [#prepareAgain], with memory that the system has at hand: another preparation gave it back
  /// just before.
  Preparation prepareAtHand();

  /// How hops are taken, in words.
  String describe();

  @Override
  void close();
}
