package dev.tessera.cli;

import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import dev.tessera.cli.recipe.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `tessera recipe list`: the systems that there are.
@Command(
    name = "list",
    description = "Lists the systems: what they follow, what goes in, what comes out.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipeListCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private CommonOptions common = new CommonOptions();

  RecipeListCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (common.json()) {
      List<Object> systems = new ArrayList<>();
      for (Recipe recipe : Recipes.all()) {
        systems.add(fields(recipe));
      }
      new Summary().with("command", "recipe list").with("systems", systems).printTo(console);
      return Main.DONE;
    }
    for (Recipe recipe : Recipes.all()) {
      console.out().println(recipe.name());
      console.out().println("  " + recipe.title());
      console.out().println("  follows  " + recipe.follows());
      print("in", "out", recipe, recipe.way());
      for (Way way : recipe.otherWays()) {
        print("or in", "or out", recipe, way);
      }
      Way back = recipe.back();
      if (back != null) {
        print("back in", "back out", recipe, back);
      }
      if (recipe.takesImages()) {
        print("images", List.of("--encoder: " + recipe.preparation().meaning()));
      }
      print("weights", weights(recipe));
      print("sequence", recipe.partKinds().stream().map(kind -> "--" + kind).toList());
      console.out().println();
    }
    return Main.DONE;
  }

  /// All of them are on the system's page and in the JSON; here the first ones will do.
  private static List<String> weights(Recipe recipe) {
    List<String> names = recipe.weightNames();
    int most = 3;
    if (names.size() <= most) {
      return names;
    }
    List<String> first = new ArrayList<>(names.subList(0, most));
    first.add("and " + (names.size() - most) + " more (--json)");
    return first;
  }

  private void print(String in, String out, Recipe recipe, Way way) {
    print(in, recipe.shown(way.inputs()));
    print(out, recipe.shown(way.outputs()));
  }

  private void print(String what, List<String> entries) {
    for (int i = 0; i < entries.size(); i++) {
      console.out().println(Text.format("  %-8s %s", i == 0 ? what : "", entries.get(i)));
    }
  }

  private static Object fields(Recipe recipe) {
    Way back = recipe.back();
    Summary system =
        new Summary()
            .with("name", recipe.name())
            .with("title", recipe.title())
            .with("follows", recipe.follows())
            .with("class", recipe.type().getName())
            .with("inputs", recipe.shown(recipe.way().inputs()))
            .with("outputs", recipe.shown(recipe.way().outputs()))
            .with("decodes", back != null)
            .with("decode_inputs", back == null ? List.of() : recipe.shown(back.inputs()))
            .with("decode_outputs", back == null ? List.of() : recipe.shown(back.outputs()))
            .with("weights", recipe.weightNames())
            .with("encoder", recipe.takesImages() ? recipe.preparation().meaning() : null)
            .with("other_ways", otherWays(recipe))
            .with("sequence_parts", recipe.partKinds());
    return system.fields();
  }

  private static List<Object> otherWays(Recipe recipe) {
    List<Object> ways = new ArrayList<>();
    for (Way way : recipe.otherWays()) {
      ways.add(
          new Summary()
              .with("inputs", recipe.shown(way.inputs()))
              .with("outputs", recipe.shown(way.outputs()))
              .fields());
    }
    return ways;
  }
}
