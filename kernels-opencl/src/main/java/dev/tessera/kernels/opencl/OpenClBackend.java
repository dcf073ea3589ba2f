package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.LloydKernel;
import dev.tessera.kernel.LloydOperand;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import org.jspecify.annotations.Nullable;

/// The kernels of one device.
final class OpenClBackend implements Backend {
  private final Session session;
  private final ScreenPlan.@Nullable Kind forced;
  private final double windowFactor;

  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  /// @throws KernelException if the device cannot be used
  OpenClBackend(
      OpenCl cl,
      Device device,
      BackendOptions options,
      ScreenPlan.@Nullable Kind forced,
      double windowFactor) {
    this.forced = forced;
    this.windowFactor = windowFactor;
    try {
      session = new Session(cl, device, options);
    } catch (OpenClException e) {
      throw new KernelException("opening %s: %s".formatted(device, e.getMessage()), e);
    }
  }

  @Override
  public String name() {
    return OpenClProvider.NAME;
  }

  /// The device in use.
  Session session() {
    return session;
  }

  @Override
  public Offer<NearestKernel> nearest(NearestOperand operand) {
    return new Offer.Accepted<>(new OpenClNearest(session, operand, forced, windowFactor));
  }

  @Override
  public Offer<CompositeKernel> composite(CompositeOperand operand) {
    return new Offer.Accepted<>(new OpenClComposite(session, operand, forced, windowFactor));
  }

  @Override
  public Offer<LloydKernel> lloyd(LloydOperand operand) {
    return OpenClLloyd.offer(session, operand);
  }

  @Override
  public Offer<MergeKernel> merge(MergeOperand operand) {
    return OpenClMerge.offer(session, operand);
  }

  @Override
  public Offer<HopKernel> hop(HopOperand operand) {
    return OpenClHop.offer(session, operand);
  }

  @Override
  public Offer<LinearKernel> linear(LinearOperand operand) {
    return OpenClLinear.offer(session, operand);
  }

  @Override
  public void close() {
    session.close();
  }
}
