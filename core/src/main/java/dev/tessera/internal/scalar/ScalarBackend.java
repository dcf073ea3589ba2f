package dev.tessera.internal.scalar;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.kernel.WorkerPool;

/// The textbook loops, rows shared out over threads.
final class ScalarBackend implements Backend {
  private final WorkerPool pool;

  ScalarBackend(BackendOptions options) {
    pool = new WorkerPool("tessera-scalar", options.threads());
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public Offer<NearestKernel> nearest(NearestOperand operand) {
    return new Offer.Accepted<>(new ScalarNearest(operand, pool));
  }

  @Override
  public Offer<CompositeKernel> composite(CompositeOperand operand) {
    return new Offer.Accepted<>(new ScalarComposite(operand, pool));
  }

  @Override
  public Offer<SplitKernel> split(SplitPattern pattern) {
    return new Offer.Accepted<>(ScalarSplit.of(pattern));
  }

  @Override
  public Offer<MergeKernel> merge(MergeOperand operand) {
    return new Offer.Accepted<>(new ScalarMerge(operand, pool));
  }

  @Override
  public Offer<HopKernel> hop(HopOperand operand) {
    return new Offer.Accepted<>(new ScalarHop(operand, pool));
  }

  @Override
  public Offer<LinearKernel> linear(LinearOperand operand) {
    return new Offer.Accepted<>(new ScalarLinear(operand, pool));
  }

  @Override
  public void close() {
    pool.close();
  }
}
