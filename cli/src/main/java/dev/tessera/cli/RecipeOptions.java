package dev.tessera.cli;

import dev.tessera.cli.recipe.Part;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Setting;
import dev.tessera.cli.recipe.TextKind;
import dev.tessera.cli.recipe.Way;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/// The options of a system's command: what it does not take is taken away, what can be chosen about
/// it and what its sequences consist of is added.
final class RecipeOptions {
  private final Recipe recipe;

  RecipeOptions(Recipe recipe) {
    this.recipe = recipe;
  }

  void addTo(CommandSpec spec) {
    spec.usageMessage().description(description());
    if (!recipe.takesWeights()) {
      remove(spec, GivenOptions.WEIGHTS);
      remove(spec, GivenOptions.PREFIX);
    }
    if (recipe.text() == TextKind.NONE) {
      remove(spec, GivenOptions.TOKENIZER);
    }
    if (!recipe.takesImages()) {
      remove(spec, GivenOptions.ENCODER);
      remove(spec, GivenOptions.ENCODER_OUTPUT);
    }
    if (recipe.back() == null) {
      remove(spec, "--decode");
    }
    if (recipe.assembly() == null) {
      remove(spec, "--html");
      remove(spec, "--sequences");
    }
    AtomicInteger place = new AtomicInteger();
    for (String kind : recipe.partKinds()) {
      spec.addOption(part(kind, place));
    }
    for (Setting setting : recipe.settings()) {
      spec.addOption(option(setting));
    }
  }

  private static void remove(CommandSpec spec, String name) {
    spec.remove(spec.findOption(name));
  }

  private String[] description() {
    List<String> lines = new ArrayList<>();
    lines.add(recipe.title() + ".");
    lines.add("");
    add(lines, "In", "Out", recipe.way());
    recipe.otherWays().forEach(way -> add(lines, "Or in", "Or out", way));
    Way back = recipe.back();
    if (back != null) {
      add(lines, "Back in", "Back out", back);
    }
    lines.add("Follows " + recipe.follows() + ".");
    lines.add("");
    return lines.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new);
  }

  private void add(List<String> lines, String in, String out, Way way) {
    add(lines, in, recipe.shown(way.inputs()));
    add(lines, out, recipe.shown(way.outputs()));
  }

  private static void add(List<String> lines, String what, List<String> entries) {
    for (int i = 0; i < entries.size(); i++) {
      lines.add(Text.format("%-10s", i == 0 ? what + ":" : "") + entries.get(i));
    }
  }

  private OptionSpec part(String kind, AtomicInteger place) {
    String description =
        switch (kind) {
          case Part.TEXT -> "A text in a sequence. Parts stand in the order of their options.";
          case Part.NODE -> "A node in a sequence, by any word.";
          case Part.IMAGE ->
              "In a sequence, the tensor of an image, or where it is ids, these; with --encoder"
                  + " also an image.";
          default -> "In a sequence, the tensor of a " + kind + ".";
        };
    return OptionSpec.builder("--" + kind)
        .paramLabel(kind.equals(Part.TEXT) ? "TEXT" : kind.equals(Part.NODE) ? "NODE" : "FILE")
        .arity("1")
        .type(List.class)
        .auxiliaryTypes(Part.class)
        .converters(value -> new Part(place.getAndIncrement(), kind, value))
        .description(description)
        .build();
  }

  /// The parts of a sequence, in the order of the command line.
  static List<Part> parts(ParseResult parsed, Recipe recipe) {
    List<Part> parts = new ArrayList<>();
    for (String kind : recipe.partKinds()) {
      List<Part> some = parsed.matchedOptionValue("--" + kind, List.of());
      parts.addAll(some);
    }
    parts.sort(Comparator.comparingInt(Part::place));
    return parts;
  }

  private static OptionSpec option(Setting setting) {
    OptionSpec.Builder option = OptionSpec.builder("--" + setting.name()).type(setting.type());
    String description = setting.meaning();
    if (setting.type() == Boolean.class) {
      option.arity("0");
    } else {
      option.arity("1").paramLabel(setting.choices().isEmpty() ? "VALUE" : "CHOICE");
      description +=
          setting.choices().isEmpty()
              ? " (default: %s)".formatted(setting.value())
              : " %s (default: %s)"
                  .formatted(String.join(" or ", setting.choices()), setting.value());
    }
    if (!setting.choices().isEmpty()) {
      option.converters(value -> choice(setting, value));
    }
    return option.description(description.replace("%", "%%")).build();
  }

  private static String choice(Setting setting, String value) {
    if (!setting.choices().contains(value)) {
      throw new TypeConversionException(
          "expected %s, found '%s'".formatted(String.join(" or ", setting.choices()), value));
    }
    return value;
  }

  /// The value of each setting, as text.
  static Map<String, String> values(ParseResult parsed, Recipe recipe) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Setting setting : recipe.settings()) {
      Object given = parsed.matchedOptionValue("--" + setting.name(), (Object) setting.value());
      values.put(setting.name(), given == null ? "false" : given.toString());
    }
    return values;
  }
}
