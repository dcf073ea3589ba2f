package dev.tessera.kernels.opencl;

import dev.tessera.internal.linear.SumLevels;
import dev.tessera.kernel.Activation;

/// `linear.cl`: the results of some rows, span by span of the inputs.
final class LinearProgram implements AutoCloseable {
  /// Work-items of a work-group, rows and outputs of its tile.
  static final int WORK_ITEMS = 128;

  static final int TILE = 64;

  private final Kernel kernel;

  LinearProgram(Context context, Activation activation) {
    kernel = context.newKernel("linear.cl", options(activation), "linear");
  }

  /// The constants of the program.
  static String options(Activation activation) {
    return "-DBLOCK=%d -DACTIVATION=%d".formatted(SumLevels.BLOCK, number(activation));
  }

  /// The program's number of an activation.
  private static int number(Activation activation) {
    return switch (activation) {
      case NONE -> 0;
      case GELU -> 1;
      case GELU_TANH -> 2;
      case TANH -> 3;
      case RELU -> 4;
      case SILU -> 5;
    };
  }

  /// Whether the device can run it with the work-groups that it is built for.
  boolean isRunnable() {
    return kernel.mostWorkItems() >= WORK_ITEMS;
  }

  /// Computes `y [rows x outputs]` from `x [rows x inputs]`.
  void run(ChunkCommands commands, DeviceLayer layer, Buffer x, Buffer y, int rows) {
    int inputs = layer.operand().inputs();
    int outputs = layer.operand().outputs();
    int span = new SumLevels(inputs).blocksTogether() * SumLevels.BLOCK;
    long[] groups = {Math.ceilDiv(outputs, TILE), Math.ceilDiv(rows, TILE)};
    for (int from = 0; from < inputs; from += span) {
      int to = Math.min(inputs, from + span);
      kernel.with(
          rows,
          inputs,
          outputs,
          from,
          to,
          x,
          layer.weight(),
          layer.bias(),
          layer.operand().bias() == null ? 0 : 1,
          y);
      commands.run("linear", kernel, groups, new long[] {WORK_ITEMS, 1});
    }
  }

  @Override
  public void close() {
    kernel.close();
  }
}
