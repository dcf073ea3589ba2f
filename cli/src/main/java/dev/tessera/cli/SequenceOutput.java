package dev.tessera.cli;

import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a mixed sequence goes: a line of JSON, and a page. Neither appears before both are
/// complete.
final class SequenceOutput {
  private SequenceOutput() {}

  static void write(Recipe recipe, MixedSequence sequence, Path output, @Nullable Path page)
      throws IOException {
    String line = Json.text(sequence.fields(recipe.name())) + "\n";
    if (page == null) {
      Writing.to(output, () -> writeFile(output, line));
      return;
    }
    String html = SequencePage.of(recipe, sequence);
    try (AtomicFile file = Writing.to(output, () -> AtomicFile.create(output));
        AtomicFile shown = Writing.to(page, () -> AtomicFile.create(page))) {
      file.stream().write(line.getBytes(StandardCharsets.UTF_8));
      shown.stream().write(html.getBytes(StandardCharsets.UTF_8));
      file.commit();
      shown.commit();
    }
  }

  private static Path writeFile(Path target, String text) throws IOException {
    AtomicFile.write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    return target;
  }
}
