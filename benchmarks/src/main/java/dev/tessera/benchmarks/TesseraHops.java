package dev.tessera.benchmarks;

import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.HopOptions;
import dev.tessera.graph.Normalization;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;

/// Hops by one of our backends, or by the SIMD backend from rows of bfloat16.
final class TesseraHops implements HopRunner {
  private final Storage storage;
  private final Backends backends;
  private final Graph graph;
  private final FloatMatrix features;
  private final HopAggregator hops;
  private final FloatTensor last;

  TesseraHops(String backend, Graph graph, FloatMatrix features, int threads) {
    boolean halves = backend.equals(HALVES);
    storage = halves ? Storage.BFLOAT16 : Storage.FLOAT32;
    backends = NamedBackend.open(halves ? "simd" : backend, threads);
    this.graph = graph;
    this.features = features;
    hops = HopAggregator.of(backends, graph, Normalization.SYMMETRIC);
    hops.prepare();
    last = FloatTensor.allocate(1, graph.nodes(), features.columns()).swapped();
  }

  private HopOptions options(int count) {
    return HopOptions.of(count).withStorage(storage);
  }

  @Override
  public FloatMatrix last(int count) {
    hops.aggregate(features, options(count).withLastOnly(), last);
    return last.atSecond(0);
  }

  @Override
  public void tokens(FloatTensor tokens) {
    hops.aggregate(features, options((int) tokens.second() - 1), tokens);
  }

  @Override
  public long firstTokens(FloatTensor tokens) {
    try (HopAggregator fresh = HopAggregator.of(backends, graph, Normalization.SYMMETRIC)) {
      long start = System.nanoTime();
      fresh.aggregate(features, options((int) tokens.second() - 1), tokens);
      return System.nanoTime() - start;
    }
  }

  @Override
  public Preparation preparation() {
    return served(hops).preparation();
  }

  @Override
  public Preparation prepareAgain() {
    try (HopAggregator fresh = HopAggregator.of(backends, graph, Normalization.SYMMETRIC)) {
      fresh.prepare();
      return served(fresh).preparation();
    }
  }

  /// Knows its weights before another one prepares, so that these take none of the memory that the
  /// other gives back.
  @Override
  public Preparation prepareAtHand() {
    try (HopAggregator fresh = HopAggregator.of(backends, graph, Normalization.SYMMETRIC)) {
      var _ = prepareAgain();
      fresh.prepare();
      return served(fresh).preparation();
    }
  }

  @Override
  public String describe() {
    KernelReport.Served served = served(hops);
    return served.backend() + ": " + served.detail();
  }

  /// There is exactly one backend, the one that was asked for.
  private static KernelReport.Served served(HopAggregator hops) {
    return hops.report().backends().getFirst();
  }

  @Override
  public void close() {
    hops.close();
    backends.close();
  }
}
