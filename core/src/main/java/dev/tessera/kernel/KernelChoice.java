package dev.tessera.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Sends each call to the backend that is expected to finish first, by the backends' own estimates,
/// corrected by how long their calls took on this machine. A backend that fails is left out from
/// then on. Thread-safe.
///
/// @param <K> what the backends offer
public final class KernelChoice<K extends PreparedKernel> implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.tessera");

  /// Weight of the newest call in the running correction.
  private static final double NEWEST = 0.25;

  /// Calls shorter than this say more about the clock than about the kernel.
  private static final long LEAST_NANOS = 20_000;

  /// An estimate is corrected at most this much either way, so that one cold or disturbed call
  /// cannot shut a backend out for good.
  private static final double GREATEST_CORRECTION = 4;

  /// A backend's kernel with what is known of it.
  private static final class Candidate<K> {
    final String backend;
    final K kernel;
    final LongAdder calls = new LongAdder();
    final LongAdder rows = new LongAdder();
    final LongAdder nanos = new LongAdder();
    volatile double correction = 1;
    volatile @Nullable String failure;

    Candidate(String backend, K kernel) {
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

  private final List<Candidate<K>> candidates = new ArrayList<>();
  private final List<String> declined = new ArrayList<>();

  /// Asks each backend for a kernel.
  ///
  /// @param operand what it is for, for messages, as in `this codebook`
  /// @throws KernelException if none accepts; says why
  public KernelChoice(List<Backend> backends, String operand, Function<Backend, Offer<K>> request) {
    for (Backend backend : backends) {
      switch (request.apply(backend)) {
        case Offer.Accepted<K>(K kernel) -> candidates.add(new Candidate<>(backend.name(), kernel));
        case Offer.Declined<K>(String reason) -> declined.add(backend.name() + ": " + reason);
      }
    }
    if (candidates.isEmpty()) {
      throw new KernelException("no backend takes " + operand + ": " + String.join("; ", declined));
    }
  }

  /// Calls the kernel that is expected to finish first, and the next one if that fails.
  ///
  /// @param rows how many rows are written, for the report
  /// @param estimate the kernel's estimate for this call, in nanoseconds
  /// @param call the call
  public void call(long rows, ToDoubleFunction<K> estimate, Consumer<K> call) {
    while (true) {
      Candidate<K> chosen = choose(estimate);
      double estimatedNanos = estimate.applyAsDouble(chosen.kernel);
      long start = System.nanoTime();
      try {
        call.accept(chosen.kernel);
      } catch (KernelException e) {
        if (candidates.size() == 1) {
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
      chosen.rows.add(rows);
      chosen.nanos.add(nanos);
      return;
    }
  }

  private Candidate<K> choose(ToDoubleFunction<K> estimate) {
    Candidate<K> best = null;
    double bestNanos = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) { // no iterator: a call allocates nothing
      Candidate<K> candidate = candidates.get(i);
      if (candidate.failure == null) {
        double nanos = estimate.applyAsDouble(candidate.kernel) * candidate.correction;
        if (best == null || nanos < bestNanos) {
          best = candidate;
          bestNanos = nanos;
        }
      }
    }
    if (best == null) {
      throw new KernelException("every backend failed; the last: " + candidates.getLast().failure);
    }
    return best;
  }

  /// Packs the operand now for every backend.
  public void prepare() {
    for (Candidate<K> candidate : candidates) {
      candidate.kernel.prepare();
    }
  }

  /// Which backends served the calls so far, at what rate, and why others did not.
  public KernelReport report() {
    List<KernelReport.Served> served = new ArrayList<>();
    List<String> others = new ArrayList<>(declined);
    for (Candidate<K> candidate : candidates) {
      served.add(
          new KernelReport.Served(
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
    return new KernelReport(served, others);
  }

  /// Closes the kernels.
  @Override
  public void close() {
    for (Candidate<K> candidate : candidates) {
      candidate.kernel.close();
    }
  }
}
