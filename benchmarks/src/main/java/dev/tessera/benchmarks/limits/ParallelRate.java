package dev.tessera.benchmarks.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// How much some threads get done a second, all doing the same at the same time.
final class ParallelRate {
  /// The first rounds are C2's.
  private static final int WARM_ROUNDS = 4;

  private static final int ROUNDS = 6;
  private static final long ROUND_NANOS = 200_000_000;

  /// Longer than a thread takes to make its arrays: one that fails must not keep the others.
  private static final int PATIENCE_SECONDS = 60;

  private ParallelRate() {}

  /// One piece of work, over and over.
  interface Work {
    /// Does it once.
    ///
    /// @return how much was done, in any unit
    double run();
  }

  /// The best of some rounds: whatever else the machine does only takes away.
  ///
  /// @param work makes a thread's own; called by that thread, so that its memory is near
  /// @return units a second of all threads together
  static double best(int threads, Supplier<Work> work)
      throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(threads);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<double[]>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        all.add(pool.submit(rounds(start, work)));
      }
      double[] sums = new double[ROUNDS];
      for (Future<double[]> each : all) {
        double[] rates = each.get();
        for (int round = 0; round < ROUNDS; round++) {
          sums[round] += rates[round];
        }
      }
      double best = 0;
      for (double sum : sums) {
        best = Math.max(best, sum);
      }
      return best;
    }
  }

  private static Callable<double[]> rounds(CyclicBarrier start, Supplier<Work> work) {
    return () -> {
      Work own = work.get();
      double[] rates = new double[ROUNDS];
      for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
        start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        long begin = System.nanoTime();
        long nanos = 0;
        double done = 0;
        while (nanos < ROUND_NANOS) {
          done += own.run();
          nanos = System.nanoTime() - begin;
        }
        if (round >= 0) {
          rates[round] = done * 1e9 / nanos;
        }
      }
      return rates;
    };
  }
}
