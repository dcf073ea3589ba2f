package dev.tessera.kernels.opencl;

import dev.tessera.internal.screen.RoundingError;

/// `centre.cl`: rows as given become points in tiles, with their windows.
final class CentreKernel implements AutoCloseable {
  private final ScreenPlan plan;
  private final Kernel kernel;

  CentreKernel(Context context, ScreenPlan plan) {
    this.plan = plan;
    kernel = context.newKernel("centre.cl", plan.options(plan.rowItems()), "centre");
  }

  /// @param rows `[count x dim]`
  void run(
      ChunkCommands commands,
      Buffer rows,
      int count,
      DeviceCodebook codebook,
      ScreenMemory memory) {
    CodebookLayout layout = codebook.layout();
    kernel.with(
        plan.dim(),
        plan.depth(),
        rows,
        count,
        codebook.mean(),
        layout.centred().scale(),
        RoundingError.roundUp(layout.bounds().omega()),
        memory.points(),
        memory.windows(),
        memory.squares());
    commands.run("centre", kernel, memory.places() / plan.pointTile(), plan.rowItems());
  }

  @Override
  public void close() {
    kernel.close();
  }
}
