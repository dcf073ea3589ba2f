package dev.tessera.cli.recipe;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// A way through a system: into it, or back.
///
/// @param inputs what goes in
/// @param outputs what comes out, the first of them being the one that matters most
public record Way(List<Slot> inputs, List<Slot> outputs, Step step) {
  /// What is done on the way.
  @FunctionalInterface
  public interface Step {
    /// Reads the inputs, and says what comes of them.
    Made run(RecipeRun run) throws IOException;
  }

  /// Whether there are as many files as inputs.
  public boolean takes(int files) {
    long needed = inputs.stream().filter(slot -> !slot.optional()).count();
    return files >= needed && files <= inputs.size();
  }

  /// Whether there are as many files as inputs, and SMILES where molecules go in, nowhere else.
  boolean fits(List<String> files) {
    if (!takes(files.size())) {
      return false;
    }
    for (int i = 0; i < files.size(); i++) {
      boolean molecules = inputs.get(i).kind() == Slot.Kind.MOLECULES;
      if (molecules != holdsSmiles(files.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsSmiles(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".smi") || name.endsWith(".smiles");
  }
}
