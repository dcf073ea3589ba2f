package dev.tessera.kernels.simd;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.HopContract;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.WorkerPool;
import java.util.List;

/// The whole contract once more for each plan, forced upon graphs that are too small to need one.
final class HopPlansTest {
  /// A backend whose every kernel follows one plan.
  record Forced(HopPlanning.Choice choice, String name) implements KernelProvider {
    @Override
    public int priority() {
      return 1;
    }

    @Override
    public Availability probe() {
      return new Availability.Available("forced");
    }

    @Override
    public Backend open(BackendOptions options) {
      return new ForcedBackend(
          choice, name, new WorkerPool(name, options.threads()), new HopPaces());
    }
  }

  record ForcedBackend(HopPlanning.Choice choice, String name, WorkerPool pool, HopPaces paces)
      implements Backend {
    @Override
    public Offer<NearestKernel> nearest(NearestOperand operand) {
      return new Offer.Declined<>("hops alone");
    }

    @Override
    public Offer<HopKernel> hop(HopOperand operand) {
      return new Offer.Accepted<>(new SimdHopKernel(operand, pool, paces, choice));
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  static Backends open(HopPlanning.Choice choice, BackendOptions options) {
    String name = "simd-" + choice;
    return Backends.open(name, options, List.of(new Forced(choice, name)));
  }

  @org.junit.jupiter.api.Nested
  final class Reordered extends HopContract {
    Reordered() {
      super("simd-REORDERED");
    }

    @Override
    protected Backends open(BackendOptions options) {
      return HopPlansTest.open(HopPlanning.Choice.REORDERED, options);
    }
  }

  @org.junit.jupiter.api.Nested
  final class Blocks extends HopContract {
    Blocks() {
      super("simd-BLOCKS");
    }

    @Override
    protected Backends open(BackendOptions options) {
      return HopPlansTest.open(HopPlanning.Choice.BLOCKS, options);
    }
  }
}
