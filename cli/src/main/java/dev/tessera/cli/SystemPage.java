package dev.tessera.cli;

import dev.tessera.cli.recipe.Example;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import dev.tessera.cli.recipe.Setting;
import dev.tessera.cli.recipe.Slot;
import dev.tessera.cli.recipe.Way;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The page about a system, in Markdown: the Javadoc of its class, and what the command line knows
/// of it.
///
/// @param source of its class, as text
record SystemPage(Recipe recipe, String source) {
  private static final String MADE = "<!-- Made by `tessera recipe pages`; change the sources. -->";

  /// A reference of Javadoc: a class, a member of it, or a member of this class.
  private static final Pattern REFERENCE = Pattern.compile("\\[((?:dev\\.|#|[A-Z])[\\w.#]*)]");

  /// The page that lists the others.
  static String index() {
    StringBuilder page = new StringBuilder(MADE + "\n\n# Systems\n\n");
    page.append(
        """
        What each published system does between its encoder and its language model, as a command
        (`tessera recipe NAME`) and as a class of `dev.tessera.recipe`. Encoders and language models are run
        elsewhere. `tessera recipe list` prints this table; `tessera recipe example NAME` makes small random
        weights and inputs, so that every command of these pages can be tried.

        | system | in | out | way back | sequences of |
        |---|---|---|---|---|
        """);
    for (Recipe recipe : Recipes.all()) {
      page.append(
          "| [%s](%s.md) | %s | %s | %s | %s |\n"
              .formatted(
                  recipe.title(),
                  recipe.name(),
                  String.join("; ", recipe.shown(recipe.way().inputs())),
                  recipe.shown(recipe.way().outputs()).getFirst(),
                  recipe.back() == null ? "no" : "yes",
                  recipe.partKinds().isEmpty() ? "-" : String.join(", ", recipe.partKinds())));
    }
    return page.toString();
  }

  String text() {
    StringBuilder page = new StringBuilder(MADE + "\n\n# " + recipe.title() + "\n\n");
    page.append(javadoc()).append('\n');
    page.append("Follows ").append(recipe.follows()).append(". In Java: `");
    page.append(recipe.type().getName()).append("`.\n\n");
    page.append("## In and out\n\n| | what | |\n|---|---|---|\n");
    rows(page, "in", "out", recipe.way());
    recipe.otherWays().forEach(way -> rows(page, "or in", "or out", way));
    Way back = recipe.back();
    if (back != null) {
      rows(page, "back in", "back out", back);
    }
    page.append('\n');
    if (back == null) {
      page.append("There is no way back.\n\n");
    }
    images(page);
    weights(page);
    settings(page);
    example(page);
    if (!recipe.difference().isEmpty()) {
      page.append("\n## Paper, released code, and Tessera\n\n");
      page.append(recipe.difference()).append('\n');
    }
    return page.toString();
  }

  private void rows(StringBuilder page, String in, String out, Way way) {
    rows(page, in, way.inputs());
    rows(page, out, way.outputs());
  }

  private void rows(StringBuilder page, String side, List<Slot> slots) {
    List<String> shown = recipe.shown(slots);
    for (int i = 0; i < slots.size(); i++) {
      page.append("| %s | %s | %s |\n".formatted(side, shown.get(i), slots.get(i).meaning()));
    }
  }

  private void images(StringBuilder page) {
    if (recipe.takesImages()) {
      page.append("With its encoder exported to ONNX, the system takes image files:\n\n```\n");
      page.append("tessera recipe ").append(recipe.name()).append(" --encoder MODEL.onnx");
      page.append(recipe.takesWeights() ? " --weights FILE" : "");
      page.append(" --input cat.png --output tokens.npy\n```\n\nAn image is prepared like this: ");
      page.append(recipe.preparation().meaning()).append(".\n\n");
    }
  }

  private void weights(StringBuilder page) {
    page.append("## Weights\n\n");
    if (!recipe.takesWeights()) {
      page.append("None.\n\n");
      return;
    }
    page.append(
        "`.safetensors`, `.npz`, or a PyTorch checkpoint (`.pt`, `.pth`, `.bin`, `.ckpt`).");
    if (recipe.weightNames().stream().anyMatch(name -> name.contains(".N."))) {
      page.append(" `N` is the number of a layer");
      boolean even = recipe.weightNames().stream().anyMatch(name -> name.contains(".E."));
      page.append(even ? ", `E` an even one." : ".");
    }
    page.append("\n\n```\n");
    recipe.weightNames().forEach(name -> page.append(name).append('\n'));
    page.append("```\n\n");
  }

  private void settings(StringBuilder page) {
    if (recipe.settings().isEmpty()) {
      return;
    }
    page.append("## Options\n\n| option | default | |\n|---|---|---|\n");
    for (Setting setting : recipe.settings()) {
      String value = setting.value();
      page.append(
          "| `--%s%s` | %s | %s |\n"
              .formatted(
                  setting.name(),
                  setting.choices().isEmpty() ? "" : " " + String.join("\\|", setting.choices()),
                  value == null ? "" : "`" + value + "`",
                  setting.meaning()));
    }
    page.append('\n');
  }

  private void example(StringBuilder page) {
    Path folder = Path.of("build", "systems", recipe.name());
    page.append("## Try it\n\nWith small random weights and inputs, which the first line makes:\n");
    page.append(
        "\n```\n./tessera recipe example %s --output %s\n".formatted(recipe.name(), folder));
    for (List<String> words : new Example(recipe, folder).commands()) {
      page.append("./tessera ").append(ShellWords.of(words)).append('\n');
    }
    page.append("```\n");
  }

  /// The comment of the class, its references as code.
  private String javadoc() {
    StringBuilder text = new StringBuilder();
    for (String line : source.lines().toList()) {
      if (line.startsWith("///")) {
        text.append(line.length() > 4 ? line.substring(4) : "").append('\n');
      } else if (line.startsWith("public final class")) {
        break;
      }
    }
    String[] parts = text.toString().split("`", -1); // what is within is code
    for (int i = 0; i < parts.length; i += 2) {
      Matcher reference = REFERENCE.matcher(parts[i]);
      parts[i] = reference.replaceAll(match -> "`" + simple(match.group(1)) + "`");
    }
    return String.join("`", parts);
  }

  private static String simple(String name) {
    String own = name.startsWith("#") ? name.substring(1) : name;
    return own.substring(own.startsWith("dev.") ? own.lastIndexOf('.') + 1 : 0).replace('#', '.');
  }
}
