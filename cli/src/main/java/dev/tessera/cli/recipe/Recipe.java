package dev.tessera.cli.recipe;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A published system: what the command line, the list of systems and the pages about them know of
/// it. What it does is in [dev.tessera.recipe].
public final class Recipe {
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
  private final Preparation preparation;
  private final List<Setting> settings;
  private final List<Way> ways;
  private final @Nullable Way back;
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
    preparation = builder.preparation;
    settings = List.copyOf(builder.settings);
    ways = List.copyOf(builder.ways);
    back = builder.back;
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

  /// How images are prepared for its encoder, whose output is the first input.
  public Preparation preparation() {
    return preparation;
  }

  /// Whether it takes images, by an encoder.
  public boolean takesImages() {
    return preparation != Preparation.NONE;
  }

  /// What can be chosen.
  public List<Setting> settings() {
    return settings;
  }

  /// The way in.
  public Way way() {
    return ways.getFirst();
  }

  /// Other ways in, which begin with other kinds of files.
  public List<Way> otherWays() {
    return ways.subList(1, ways.size());
  }

  /// The way back; null where there is none.
  public @Nullable Way back() {
    return back;
  }

  /// The way in that files of these names are for; the first one if they are for none.
  public Way wayOf(List<String> files) {
    return ways.stream().filter(way -> way.fits(files)).findFirst().orElse(way());
  }

  /// Inputs or outputs as text, as in `images, float32 [n x 257 x 1408]`.
  public List<String> shown(List<Slot> slots) {
    return slots.stream()
        .map(slot -> slot.shown(sizes) + (slot.optional() ? " (may be left out)" : ""))
        .toList();
  }

  /// What a sequence may have in it, as in `text, image`, in the order of an example; none where
  /// there are no sequences.
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
