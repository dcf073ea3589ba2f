package dev.tessera.vq;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Offer;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Sends each call to the backend that is expected to finish first, by the backends' own estimates,
/// corrected by how long their calls took on this machine. A backend that fails is left out from
/// then on.
final class KernelChoice implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.tessera");

  /// Weight of the newest call in the running correction.
  private static final double NEWEST = 0.25;

  /// Calls shorter than this say more about the clock than about the kernel.
  private static final long LEAST_NANOS = 20_000;

  /// An estimate is corrected at most this much either way, so that one cold or disturbed call
  /// cannot shut a backend out for good.
  private static final double GREATEST_CORRECTION = 4;

  /// A backend's kernel with what is known of it.
  private static final class Candidate {
    final String backend;
    final NearestKernel kernel;
    final LongAdder calls = new LongAdder();
    final LongAdder rows = new LongAdder();
    final LongAdder nanos = new LongAdder();
    volatile double correction = 1;
    volatile @Nullable String failure;

    Candidate(String backend, NearestKernel kernel) {
      this.backend = backend;
      this.kernel = kernel;
    }

    void learn(double estimatedNanos, long measuredNanos) {
      if (measuredNanos >= LEAST_NANOS && estimatedNanos > 0) {
        double corrected = correction + NEWEST * (measuredNanos / estimatedNanos - correction);
        correction = Math.clamp(corrected, 1 / GREATEST_CORRECTION, GREATEST_CORRECTION);
      }
    }
  }

  private final Candidate[] candidates;
  private final List<String> declined = new ArrayList<>();

  KernelChoice(List<Backend> backends, NearestOperand operand) {
    List<Candidate> accepted = new ArrayList<>();
    for (Backend backend : backends) {
      switch (backend.nearest(operand)) {
        case Offer.Accepted<NearestKernel>(NearestKernel kernel) ->
            accepted.add(new Candidate(backend.name(), kernel));
        case Offer.Declined<NearestKernel>(String reason) ->
            declined.add(backend.name() + ": " + reason);
      }
    }
    if (accepted.isEmpty()) {
      throw new KernelException("no backend takes this codebook: " + String.join("; ", declined));
    }
    candidates = accepted.toArray(Candidate[]::new);
  }

  void nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    while (true) {
      Candidate chosen = choose(points.rows(), options);
      double estimatedNanos = chosen.kernel.estimatedNanos(points.rows(), options);
      long start = System.nanoTime();
      try {
        chosen.kernel.nearest(points, options, ids, distances);
      } catch (KernelException e) {
        if (candidates.length == 1) {
          throw e;
        }
        chosen.failure = String.valueOf(e.getMessage());
        LOG.log(
            System.Logger.Level.WARNING,
            "the backend {0} failed and is left out from now on: {1}",
            chosen.backend,
            chosen.failure);
        continue;
      }
      long nanos = System.nanoTime() - start;
      chosen.learn(estimatedNanos, nanos);
      chosen.calls.increment();
      chosen.rows.add(points.rows());
      chosen.nanos.add(nanos);
      return;
    }
  }

  private Candidate choose(long rows, NearestOptions options) {
    Candidate best = null;
    double bestNanos = Double.POSITIVE_INFINITY;
    for (Candidate candidate : candidates) {
      if (candidate.failure == null) {
        double nanos = candidate.kernel.estimatedNanos(rows, options) * candidate.correction;
        if (best == null || nanos < bestNanos) {
          best = candidate;
          bestNanos = nanos;
        }
      }
    }
    if (best == null) {
      throw new KernelException("every backend failed; the last: " + candidates[0].failure);
    }
    return best;
  }

  void prepare() {
    for (Candidate candidate : candidates) {
      candidate.kernel.prepare();
    }
  }

  QuantizerReport report() {
    List<QuantizerReport.Served> served = new ArrayList<>();
    List<String> others = new ArrayList<>(declined);
    for (Candidate candidate : candidates) {
      served.add(
          new QuantizerReport.Served(
              candidate.backend,
              candidate.calls.sum(),
              candidate.rows.sum(),
              candidate.nanos.sum(),
              candidate.kernel.preparation(),
              candidate.kernel.describe()));
      if (candidate.failure != null) {
        others.add(candidate.backend + " failed: " + candidate.failure);
      }
    }
    return new QuantizerReport(served, others);
  }

  @Override
  public void close() {
    for (Candidate candidate : candidates) {
      candidate.kernel.close();
    }
  }
}
