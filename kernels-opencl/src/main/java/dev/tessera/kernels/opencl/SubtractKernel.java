package dev.tessera.kernels.opencl;

/// `subtract.cl`: what a level of a residual quantizer leaves to the next.
final class SubtractKernel implements AutoCloseable {
  /// Work-groups that keep a compute unit busy.
  private static final int GROUPS_PER_UNIT = 32;

  private final int groups;
  private final Kernel kernel;

  SubtractKernel(Context context) {
    groups = context.device().computeUnits() * GROUPS_PER_UNIT;
    kernel = context.newKernel("subtract.cl", "", "subtract");
  }

  /// @param rows `[count x dim]`, read and written
  /// @param ids `[count]`
  /// @param codewords `[codes x dim]`
  /// @param items work-items of a work-group
  void run(
      ChunkCommands commands,
      Buffer rows,
      int count,
      int dim,
      Buffer ids,
      Buffer codewords,
      int items) {
    kernel.with(dim, rows, count, ids, codewords);
    commands.run("subtract", kernel, Math.min(groups, count), items);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
