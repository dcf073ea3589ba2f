package dev.tessera.kernels.simd;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.ChunkedComposite;
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
import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.SplitKernel;
import dev.tessera.kernel.SplitPattern;
import dev.tessera.kernel.WorkerPool;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Kernels on the Vector API, rows shared out over threads.
final class SimdBackend implements Backend {
  private final WorkerPool pool;
  private final VectorPace screenPace = new VectorPace();
  private final VectorPace treePace = new VectorPace();
  private final Map<Activation, VectorPace> linearPaces = new EnumMap<>(Activation.class);
  private final HopPaces hopPaces = new HopPaces();

  SimdBackend(BackendOptions options) {
    pool = new WorkerPool("tessera-simd", options.threads());
    for (Activation activation : Activation.values()) {
      linearPaces.put(activation, new VectorPace());
    }
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public Offer<NearestKernel> nearest(NearestOperand operand) {
    return new Offer.Accepted<>(nearestKernel(operand));
  }

  private NearestKernel nearestKernel(NearestOperand operand) {
    return new SimdNearestKernel(operand, pool, screenPace, treePace);
  }

  @Override
  public Offer<CompositeKernel> composite(CompositeOperand operand) {
    return new Offer.Accepted<>(new ChunkedComposite(operand, this::nearestKernel, pool));
  }

  @Override
  public Offer<HopKernel> hop(HopOperand operand) {
    return new Offer.Accepted<>(new SimdHopKernel(operand, pool, hopPaces));
  }

  @Override
  public Offer<LinearKernel> linear(LinearOperand operand) {
    VectorPace pace = Objects.requireNonNull(linearPaces.get(operand.activation()));
    return SimdLinear.offer(operand, pool, pace);
  }

  @Override
  public Offer<MergeKernel> merge(MergeOperand operand) {
    return new Offer.Accepted<>(new SimdMergeKernel(operand, pool));
  }

  @Override
  public Offer<SplitKernel> split(SplitPattern pattern) {
    return new Offer.Accepted<>(new SimdSplit(pattern));
  }

  @Override
  public Offer<PieceProbe> probe() {
    return VectorWidth.bits() < VectorProbe.LEAST_BITS
        ? new Offer.Declined<>("vectors of less than 256 bits do not gather")
        : new Offer.Accepted<>(new VectorProbe());
  }

  @Override
  public void close() {
    pool.close();
  }
}
