package dev.tessera.cli;

import dev.tessera.Tessera;
import dev.tessera.cli.recipe.Example;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tessera recipe example`: small random weights and inputs, to try a system's commands with.
@Command(
    name = "example",
    description = {
      "Makes small random weights and inputs for a system, and prints the commands that use them.",
      "",
      "What comes of them means nothing; their shapes are small, their names are the published"
          + " ones.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipeExampleCommand implements Callable<Integer> {
  private final Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "A system, as in `recipe list`.")
  private String name = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FOLDER",
      description = "Where the files go; made if it does not exist.")
  private Path output = Path.of("");

  @Mixin private CommonOptions common = new CommonOptions();

  RecipeExampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Recipe recipe =
        Recipes.all().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(),
                        "there is no system %s; there are %s"
                            .formatted(
                                name,
                                Recipes.all().stream()
                                    .map(Recipe::name)
                                    .collect(Collectors.joining(", ")))));
    Example example = new Example(recipe, output);
    List<Path> written;
    try (Tessera tessera = Tessera.open();
        OutputFolder folder = OutputFolder.open(output)) {
      written = Writing.to(output, () -> example.write(tessera));
      folder.keep();
    }
    List<String> commands =
        example.commands().stream().map(words -> "tessera " + ShellWords.of(words)).toList();
    for (Path file : written) {
      console.notice("wrote %s", file);
    }
    if (common.json()) {
      new Summary()
          .with("command", "recipe example")
          .with("name", name)
          .with("files", written.stream().map(Path::toString).toList())
          .with("commands", commands)
          .printTo(console);
    } else {
      commands.forEach(console.out()::println);
    }
    return Main.DONE;
  }
}
