package dev.tessera.cli.recipe;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A published system: what the command line, the list of systems and the pages about them know of
/// it. What it does is in [dev.tessera.recipe].
public final class Recipe {
  /// One way through a system.
  @FunctionalInterface
  public interface Step {
    /// Reads the inputs, and says what comes of them.
    Made run(RecipeRun run) throws IOException;
  }

  /// How a system puts text, images and graphs into one sequence.
  @FunctionalInterface
  public interface Assembly {
    /// Reads the parts, in their order, and puts them together.
    MixedSequence run(RecipeRun run, List<Part> parts) throws IOException;
  }

  private final String name;
  private final Class<?> type;
  private final String title;
  private final String follows;
  private final Sizes sizes;
  private final WeightList weights;
  private final TextKind text;
  private final List<Setting> settings;
  private final List<Slot> inputs;
  private final List<Slot> outputs;
  private final @Nullable Step encoding;
  private final List<Slot> decodeInputs;
  private final List<Slot> decodeOutputs;
  private final @Nullable Step decoding;
  private final List<String> partKinds;
  private final @Nullable Assembly assembly;
  private final String difference;

  Recipe(RecipeBuilder builder) {
    name = builder.name;
    type = builder.type;
    title = builder.title;
    follows = builder.follows;
    sizes = Sizes.parse(builder.sizes);
    weights = WeightList.parse(builder.weights);
    text = builder.text;
    settings = List.copyOf(builder.settings);
    inputs = builder.inputs;
    outputs = builder.outputs;
    encoding = builder.encoding;
    decodeInputs = builder.decodeInputs;
    decodeOutputs = builder.decodeOutputs;
    decoding = builder.decoding;
    partKinds = builder.partKinds;
    assembly = builder.assembly;
    difference = builder.difference;
  }

  /// What the command is called.
  public String name() {
    return name;
  }

  /// The class that does it.
  public Class<?> type() {
    return type;
  }

  /// The system's name and what it does.
  public String title() {
    return title;
  }

  /// The paper and the code.
  public String follows() {
    return follows;
  }

  Sizes sizes() {
    return sizes;
  }

  WeightList weights() {
    return weights;
  }

  /// Whether it takes weights at all.
  public boolean takesWeights() {
    return !weights.isEmpty();
  }

  /// Which tensors, each as `name [shape]`.
  public List<String> weightNames() {
    return weights.shown(sizes);
  }

  /// Which vocabulary its text has.
  public TextKind text() {
    return text;
  }

  /// What can be chosen.
  public List<Setting> settings() {
    return settings;
  }

  /// What goes in, and what comes out; on the way back if `back`.
  public List<Slot> inputs(boolean back) {
    return back ? decodeInputs : inputs;
  }

  /// What comes out, the first of them being the one that matters most.
  public List<Slot> outputs(boolean back) {
    return back ? decodeOutputs : outputs;
  }

  /// Inputs or outputs as text, as in `images, float32 [n x 257 x 1408]`.
  public List<String> shown(List<Slot> slots) {
    return slots.stream()
        .map(slot -> slot.shown(sizes) + (slot.optional() ? " (may be left out)" : ""))
        .toList();
  }

  /// There and back, as far as there is a way.
  public @Nullable Step step(boolean back) {
    return back ? decoding : encoding;
  }

  /// What a sequence may have in it, as in `text, image`; none where there are no sequences.
  public List<String> partKinds() {
    return partKinds;
  }

  /// How sequences are made; null where they are not.
  public @Nullable Assembly assembly() {
    return assembly;
  }

  /// Where the paper and the released code differ, or the code and Tessera; empty where they do
  /// not.
  public String difference() {
    return difference;
  }

  static RecipeBuilder named(String name, Class<?> type, String title, String follows) {
    return new RecipeBuilder(name, type, title, follows);
  }
}
