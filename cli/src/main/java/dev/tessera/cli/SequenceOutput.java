package dev.tessera.cli;

import dev.tessera.cli.recipe.MixedSequence;
import dev.tessera.cli.recipe.Recipe;
import dev.tessera.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where mixed sequences go: a line of JSON each, and a page. Neither file appears before both are
/// complete.
final class SequenceOutput implements AutoCloseable {
  private final String system;
  private final AtomicFile lines;
  private final @Nullable AtomicFile shown;
  private final SequencePage page;

  private SequenceOutput(
      String system, AtomicFile lines, @Nullable AtomicFile shown, SequencePage page) {
    this.system = system;
    this.lines = lines;
    this.shown = shown;
    this.page = page;
  }

  /// @param page null for none
  static SequenceOutput open(Recipe recipe, Path output, @Nullable Path page) throws IOException {
    AtomicFile lines = Writing.to(output, () -> AtomicFile.create(output));
    try {
      AtomicFile shown = page == null ? null : Writing.to(page, () -> AtomicFile.create(page));
      return new SequenceOutput(recipe.name(), lines, shown, new SequencePage(recipe));
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw e;
    }
  }

  /// Writes a sequence behind the others.
  void add(MixedSequence sequence) throws IOException {
    if (shown != null) {
      page.add(sequence);
    }
    write(lines, Json.text(sequence.fields(system)) + "\n");
  }

  /// Makes the files appear.
  void commit() throws IOException {
    if (shown != null) {
      write(shown, page.text());
    }
    lines.commit();
    if (shown != null) {
      shown.commit();
    }
  }

  private static void write(AtomicFile file, String text) throws IOException {
    Writing.to(
        file.target(),
        () -> {
          file.stream().write(text.getBytes(StandardCharsets.UTF_8));
          return file;
        });
  }

  @Override
  public void close() throws IOException {
    try {
      lines.close();
    } finally {
      if (shown != null) {
        shown.close();
      }
    }
  }
}
