package dev.tessera.kernels.simd;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.WorkerPool;

/// The SIMD backend's hop aggregation without its plans: rows as they are, always. What a plan
/// gains and costs is measured against it.
public final class PlainHopsProvider implements KernelProvider {
  /// The backend's name.
  public static final String NAME = "simd-plain";

  /// For [dev.tessera.kernel.Backends#open(String, BackendOptions, java.util.List)].
  public PlainHopsProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return 1;
  }

  @Override
  public Availability probe() {
    return VectorRuntime.probe();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new PlainBackend(new WorkerPool(NAME, options.threads()), new HopPaces());
  }

  private record PlainBackend(WorkerPool pool, HopPaces paces) implements Backend {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Offer<NearestKernel> nearest(NearestOperand operand) {
      return new Offer.Declined<>("for hops alone");
    }

    @Override
    public Offer<HopKernel> hop(HopOperand operand) {
      return new Offer.Accepted<>(
          new SimdHopKernel(
              operand, pool, paces, HopPlanning.Choice.PLAIN, HopBlocks.Sizes.DEFAULT));
    }

    @Override
    public void close() {
      pool.close();
    }
  }
}
