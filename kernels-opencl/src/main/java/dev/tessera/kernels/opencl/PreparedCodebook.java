package dev.tessera.kernels.opencl;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.kernel.NearestOperand;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A codebook on a device with the kernels that search it. Not thread-safe.
final class PreparedCodebook implements AutoCloseable {
  /// A codebook that takes more than this share of the free memory comes in parts of this share:
  /// the rows need some, too.
  private static final double SHARE = 0.5;

  /// One part in so many of the memory is for what work-groups that share a row tell each other.
  private static final int SLICES_SHARE = 32;

  private final NearestOperand operand;
  private final ScreenPlan plan;
  private final DeviceCodebook codebook;
  private final CentreKernel centre;
  private final ScreenKernel screen;
  private final CertifyKernel certify;
  private final @Nullable ResolveKernels resolve;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private volatile boolean closed;

  /// Packs the codebook and builds the kernels, within [Session#run].
  ///
  /// @param forced the screen to use, or null for the one that suits
  /// @param windowFactor 1; anything less proves nothing, and lets a test show that it matters
  PreparedCodebook(
      Session session,
      NearestOperand operand,
      ScreenPlan.@Nullable Kind forced,
      double windowFactor,
      DeviceTimes times) {
    this.operand = operand;
    Context context = session.context();
    Device device = session.device();
    ChunkCommands commands = new ChunkCommands(session.queues());
    try {
      ScreenPlan.Kind kind =
          forced != null && ScreenPlan.serves(forced, device, operand.dim())
              ? forced
              : ScreenPlan.suited(device, operand.dim());
      ScreenPlan first = ScreenPlan.of(kind, device, operand.metric(), operand.dim());
      ScreenKernel suited = add(new ScreenKernel(context, first));
      if (!suited.isRunnable()) { // the device takes smaller work-groups than it says
        first = ScreenPlan.of(ScreenPlan.Kind.PLAIN, device, operand.metric(), operand.dim());
        suited = add(new ScreenKernel(context, first));
      }
      plan = first;
      screen = suited;
      CodebookLayout layout = new CodebookLayout(new CentredCodebook(operand), plan, windowFactor);
      if (session.freeBytes() - session.workspace().bytes() < DeviceCodebook.wholeBytes(layout)) {
        session.workspace().close(); // the next call makes it anew
      }
      codebook =
          add(new DeviceCodebook(context, operand, layout, (long) (session.freeBytes() * SHARE)));
      centre = add(new CentreKernel(context, plan));
      certify = add(new CertifyKernel(context, plan));
      resolve =
          device.fp64()
              ? add(new ResolveKernels(context, plan, session.allowedBytes() / SLICES_SHARE))
              : null;
      codebook.start(commands);
      commands.submit();
      commands.await(times);
      codebook.started();
    } catch (RuntimeException | Error e) {
      commands.forget();
      close();
      throw e;
    }
  }

  private <R extends AutoCloseable> R add(R part) {
    parts.addFirst(part);
    return part;
  }

  NearestOperand operand() {
    return operand;
  }

  ScreenPlan plan() {
    return plan;
  }

  DeviceCodebook codebook() {
    return codebook;
  }

  CentreKernel centre() {
    return centre;
  }

  ScreenKernel screen() {
    return screen;
  }

  CertifyKernel certify() {
    return certify;
  }

  /// The float64 kernels, or null where the device has no float64.
  @Nullable ResolveKernels resolve() {
    return resolve;
  }

  /// Whether it has left the device, to make room for others.
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of ours declares one
      }
    }
    parts.clear();
  }
}
