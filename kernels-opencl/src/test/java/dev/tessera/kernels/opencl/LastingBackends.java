package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Availability;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.KernelProvider;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Opens the device once for each number of threads, so that contracts of hundreds of cases build
/// each program once: closing a backend closes the kernels that it offered, and no more, until the
/// suite is over.
final class LastingBackends implements KernelProvider, AutoCloseable {
  private final KernelProvider provider;
  private final Map<Integer, Backend> opened = new HashMap<>();

  /// The provider that `ServiceLoader` finds.
  LastingBackends() {
    this(
        Backends.discover().stream()
            .filter(found -> found.name().equals(OpenClProvider.NAME))
            .findFirst()
            .orElseThrow());
  }

  /// @param provider opens the device
  LastingBackends(KernelProvider provider) {
    this.provider = provider;
  }

  @Override
  public String name() {
    return provider.name();
  }

  @Override
  public int priority() {
    return provider.priority();
  }

  @Override
  public Availability probe() {
    return provider.probe();
  }

  @Override
  public Backend open(BackendOptions options) {
    return new Lent(opened.computeIfAbsent(options.threads(), threads -> provider.open(options)));
  }

  @Override
  public void close() {
    opened.values().forEach(Backend::close);
  }

  private static final class Lent implements Backend {
    private final Backend backend;
    private final List<AutoCloseable> kernels = new ArrayList<>();

    Lent(Backend backend) {
      this.backend = backend;
    }

    @Override
    public String name() {
      return backend.name();
    }

    @Override
    public Offer<NearestKernel> nearest(NearestOperand operand) {
      return noted(backend.nearest(operand));
    }

    @Override
    public Offer<CompositeKernel> composite(CompositeOperand operand) {
      return noted(backend.composite(operand));
    }

    @Override
    public Offer<HopKernel> hop(HopOperand operand) {
      return noted(backend.hop(operand));
    }

    @Override
    public Offer<MergeKernel> merge(MergeOperand operand) {
      return noted(backend.merge(operand));
    }

    @Override
    public Offer<LinearKernel> linear(LinearOperand operand) {
      return noted(backend.linear(operand));
    }

    private <K extends AutoCloseable> Offer<K> noted(Offer<K> offer) {
      if (offer instanceof Offer.Accepted<K>(K kernel)) {
        kernels.add(kernel);
      }
      return offer;
    }

    @Override
    public void close() {
      for (AutoCloseable kernel : kernels) {
        try {
          kernel.close();
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      }
    }
  }
}
