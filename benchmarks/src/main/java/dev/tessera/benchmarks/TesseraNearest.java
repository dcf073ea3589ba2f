package dev.tessera.benchmarks;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.Quantizer;
import dev.tessera.vq.QuantizerOptions;

/// Nearest codewords by one of our backends.
final class TesseraNearest implements NearestRunner {
  private final Backends backends;
  private final Quantizer quantizer;

  TesseraNearest(String backend, Codebook codebook, Metric metric, int threads) {
    backends = NamedBackend.open(backend, threads);
    quantizer = Quantizer.of(backends, codebook, QuantizerOptions.of(metric));
    quantizer.prepare();
  }

  @Override
  public void encode(FloatMatrix points, TokenIds ids) {
    quantizer.encode(points, NearestOptions.SINGLE, ids, null);
  }

  @Override
  public Preparation preparation() {
    return served().preparation();
  }

  @Override
  public String describe() {
    return served().backend() + ": " + served().detail();
  }

  /// There is exactly one backend, the one that was asked for.
  private KernelReport.Served served() {
    return quantizer.report().backends().getFirst();
  }

  @Override
  public void close() {
    quantizer.close();
    backends.close();
  }
}
