package dev.tessera.kernels.opencl;

import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;

/// `certify.cl`: which points' nearest codewords the screen has proven, and which rows need a
/// closer look.
final class CertifyKernel implements AutoCloseable {
  /// The bounds' constants are taken this much larger, as `certify.cl` asks for.
  private static final double RESERVE = 1.01;

  private final ScreenPlan plan;
  private final Kernel kernel;

  CertifyKernel(Context context, ScreenPlan plan) {
    this.plan = plan;
    kernel = context.newKernel("certify.cl", plan.options(plan.rowItems()), "certify");
  }

  /// @param last whether no part of the codebook follows
  /// @param ids `[count]`, written
  /// @param counters how many rows are on `near` and `far`; 0 before
  void run(
      ChunkCommands commands,
      int count,
      DeviceCodebook codebook,
      DeviceCodebook.Part part,
      boolean last,
      ScreenMemory memory,
      Buffer ids,
      Buffer counters) {
    CodebookLayout layout = codebook.layout();
    ErrorBounds bounds = layout.bounds();
    kernel.with(
        plan.depth(),
        memory.points(),
        memory.windows(),
        memory.squares(),
        codebook.codes(),
        codebook.terms(),
        codebook.spreads(),
        count,
        memory.places(),
        memory.runs(),
        part.tiles(),
        part.firstCode() / ScreenPlan.OCTET,
        last ? 1 : 0,
        RoundingError.roundUp(RESERVE * bounds.slackOfScore()),
        RoundingError.roundUp(RESERVE * bounds.slackOfNorm()),
        RoundingError.roundUp(RESERVE * bounds.slackOfAll()),
        layout.centred().outliers().length,
        layout.outlierReach(),
        layout.outlierScore(),
        memory.best(),
        memory.second(),
        memory.octets(),
        ids,
        memory.limits(),
        memory.near(),
        memory.far(),
        counters);
    commands.run("certify", kernel, Math.ceilDiv(count, plan.rowItems()), plan.rowItems());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
