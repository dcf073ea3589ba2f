package dev.tessera.cli;

import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tessera recipe`: the published systems, a command each.
@Command(
    name = "recipe",
    description = {
      "Does what a published system does, from its encoder's output to tokens, and back.",
      "",
      "`recipe list` lists the systems, `recipe NAME --help` says what one takes, and `recipe"
          + " example NAME` makes small files to try it with.",
      ""
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipeGroupCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// The command with all of its own.
  static CommandLine with(Console console) {
    CommandLine group =
        new CommandLine(new RecipeGroupCommand())
            .addSubcommand(new RecipeListCommand(console))
            .addSubcommand(new RecipeExampleCommand(console))
            .addSubcommand(new RecipePagesCommand(console));
    for (Recipe recipe : Recipes.all()) {
      group.addSubcommand(recipe.name(), RecipeCommand.of(console, recipe));
    }
    return group;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "the name of a system is missing; `tessera recipe list` lists them");
  }
}
