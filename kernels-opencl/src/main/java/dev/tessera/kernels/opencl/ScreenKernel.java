package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `screen_tiled.cl`, `screen_small.cl`, `screen_plain.cl`: the least lower bounds of each point's
/// scores.
final class ScreenKernel implements AutoCloseable {
  private final ScreenPlan plan;
  private final Kernel kernel;

  ScreenKernel(Context context, ScreenPlan plan) {
    this.plan = plan;
    String name = "screen_" + plan.kind().name().toLowerCase(Locale.ROOT);
    kernel = context.newKernel(name + ".cl", plan.screenOptions(), name);
  }

  /// Whether the device can run it with the work-groups that it was built for.
  boolean isRunnable() {
    return kernel.mostWorkItems() >= plan.screenItems();
  }

  /// @param resume whether earlier parts of the codebook have been screened
  void run(
      ChunkCommands commands,
      DeviceCodebook codebook,
      DeviceCodebook.Part part,
      boolean resume,
      ScreenMemory memory) {
    List<Object> arguments = new ArrayList<>();
    if (plan.kind() != ScreenPlan.Kind.SMALL) {
      arguments.add(plan.depth());
    }
    arguments.addAll(
        List.of(
            memory.points(),
            memory.windows(),
            codebook.codes(),
            codebook.terms(),
            part.tiles(),
            part.firstCode() / ScreenPlan.OCTET,
            resume ? 1 : 0,
            memory.best(),
            memory.second(),
            memory.octets()));
    if (plan.kind() != ScreenPlan.Kind.TILED) {
      arguments.add(memory.places());
    }
    kernel.with(arguments.toArray());
    commands.run(
        "screen",
        kernel,
        new long[] {plan.screenGroups(memory.places()), memory.runs()},
        new long[] {plan.screenItems(), 1});
  }

  @Override
  public void close() {
    kernel.close();
  }
}
