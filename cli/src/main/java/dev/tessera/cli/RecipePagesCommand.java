package dev.tessera.cli;

import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.Recipes;
import dev.tessera.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tessera recipe pages`: the pages about the systems in `docs/systems`, made of the Javadoc of
/// their classes and of what the command line knows of them.
@Command(
    name = "pages",
    hidden = true,
    description = "Writes the pages about the systems, for those who work on Tessera.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false)
final class RecipePagesCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Where they are, as docs/systems.")
  private Path folder = Path.of("");

  @Option(
      names = "--sources",
      required = true,
      paramLabel = "FOLDER",
      description = "The sources of core, core/src/main/java.")
  private Path sources = Path.of("");

  @Option(names = "--check", description = "Write nothing; fail if a page is not as it would be.")
  private boolean check;

  @Mixin private CommonOptions common = new CommonOptions();

  RecipePagesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put("README.md", SystemPage.index());
    for (Recipe recipe : Recipes.all()) {
      String source = recipe.type().getName().replace('.', '/') + ".java";
      pages.put(
          recipe.name() + ".md",
          new SystemPage(recipe, Files.readString(sources.resolve(source))).text());
    }
    int changed = 0;
    for (Map.Entry<String, String> page : pages.entrySet()) {
      Path file = folder.resolve(page.getKey());
      if (Files.exists(file) && Files.readString(file).equals(page.getValue())) {
        continue;
      }
      if (check) {
        throw new IOException(
            file + " is not what `tessera recipe pages` makes now: run it without --check");
      }
      changed++;
      AtomicFile.write(file, out -> out.write(page.getValue().getBytes(StandardCharsets.UTF_8)));
    }
    console.notice("%d pages, %d written", pages.size(), changed);
    if (common.json()) {
      new Summary()
          .with("command", "recipe pages")
          .with("pages", pages.size())
          .with("written", changed)
          .printTo(console);
    }
    return Main.DONE;
  }
}
