package dev.tessera.cli;

import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Part;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.cli.recipe.RecipeRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Text, images and graphs of a system put into sequences: of parts from the command line into one,
/// of those of a file into one a line.
final class RecipeSequences {
  /// What the spans of a kind come to.
  private static final class Count {
    private int ids;
    private long rows;
  }

  private final Recipe recipe;
  private final Recipe.Assembly assembly;
  private final RecipeRun run;
  private final SequenceOutput output;
  private final Map<String, Count> counts = new LinkedHashMap<>();
  private int sequences;
  private long ids;
  private int spans;

  RecipeSequences(Recipe recipe, RecipeRun run, SequenceOutput output) {
    Recipe.Assembly how = recipe.assembly();
    if (how == null) {
      throw new IllegalStateException(recipe.name() + " makes no sequences");
    }
    this.recipe = recipe;
    this.assembly = how;
    this.run = run;
    this.output = output;
  }

  /// Puts parts together.
  void add(List<Part> parts) throws IOException {
    MixedSequence sequence = assembly.run(run, parts);
    output.add(sequence);
    sequences++;
    ids += sequence.sequence().length();
    spans += sequence.spans().size();
    for (MixedSequence.Span span : sequence.spans()) {
      Count count = counts.computeIfAbsent(span.kind(), _ -> new Count());
      count.ids += span.length();
      count.rows += span.hasRows() ? span.rows() : 0;
    }
  }

  /// Puts the parts of each line of a file together.
  ///
  /// @param targets which its files must not replace
  /// @throws IOException if a line is at fault: names it
  void addAll(Path file, Targets targets) throws IOException {
    try (SequencesFile lines = SequencesFile.open(file, recipe.partKinds())) {
      for (List<Part> parts = lines.next(); parts != null; parts = lines.next()) {
        for (Part part : parts) {
          if (part.isFile()) {
            targets.keep(part.value());
          }
        }
        try {
          add(parts);
        } catch (IOException | IllegalArgumentException e) {
          throw new IOException(lines.place() + ": " + new Failure(e).message(), e);
        }
      }
    }
    if (sequences == 0) {
      throw new IOException(file + ": expected a sequence a line, found no line");
    }
  }

  /// Says what has been made.
  ///
  /// @param target where it is
  /// @param page null for none
  void tell(Console console, Path target, @Nullable Path page, boolean json) {
    StringBuilder kinds = new StringBuilder();
    counts.forEach(
        (kind, count) -> {
          kinds.append(kinds.isEmpty() ? "" : ", ").append(Text.format("%s %,d", kind, count.ids));
          kinds.append(count.rows == 0 ? "" : Text.format(" (%,d rows)", count.rows));
        });
    String several = sequences == 1 ? "" : Text.format("%,d sequences, ", sequences);
    console.notice("%s: %s%,d ids: %s", recipe.name(), several, ids, kinds);
    console.notice("wrote %s%s", target, page == null ? "" : " and " + page);
    if (json) {
      new Summary()
          .with("command", "recipe " + recipe.name())
          .with("sequences", sequences)
          .with("ids", ids)
          .with("spans", spans)
          .with("output", target)
          .with("page", page)
          .printTo(console);
    }
  }
}
