package dev.tessera.cli.recipe;

import dev.tessera.recipe.LlamaText;
import dev.tessera.sequence.Splice;
import dev.tessera.sequence.TokenSequence;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Prompts of Llama's text in which marks stand where images and graphs go.
final class Placeholders {
  private Placeholders() {}

  /// The parts as one text, `mark` for each part of `kind`.
  ///
  /// @throws IllegalArgumentException if a text has the mark in it
  static String prompt(List<Part> parts, String kind, String mark) {
    StringBuilder prompt = new StringBuilder();
    for (Part part : parts) {
      if (!part.kind().equals(kind) && part.value().contains(mark)) {
        throw new IllegalArgumentException(
            "part %d, a %s, has %s in it, which stands for a --%s: give that instead"
                .formatted(part.place() + 1, part.kind(), mark, kind));
      }
      prompt.append(part.kind().equals(kind) ? mark : part.value());
    }
    return prompt.toString();
  }

  /// The sequence of a prompt in which one id holds the place of each part of `kind`.
  ///
  /// @param rows how many rows each of them becomes
  static MixedSequence sequence(
      RecipeRun run, List<Part> parts, String kind, String mark, List<Integer> rows)
      throws IOException {
    String prompt = prompt(parts, kind, mark);
    LlamaText text = run.llama();
    int[] ids = text.prompt(prompt, mark, Splice.PLACEHOLDER);
    TokenSequence.Builder sequence = TokenSequence.builder();
    int from = 0;
    for (int i = 0; i <= ids.length; i++) {
      if (i == ids.length || ids[i] == Splice.PLACEHOLDER) {
        sequence.add(Part.TEXT, Arrays.copyOfRange(ids, from, i));
        if (i < ids.length) {
          sequence.add(kind, ids[i]);
        }
        from = i + 1;
      }
    }
    return MixedSequence.of(
        sequence.build(),
        id ->
            id == Splice.PLACEHOLDER
                ? new MixedSequence.Token(mark, "the place of the rows of a " + kind)
                : text(text, id),
        rows);
  }

  /// A token of Llama's text.
  static MixedSequence.Token text(LlamaText text, int id) {
    return id == LlamaText.BEGIN
        ? new MixedSequence.Token("<s>", "the text begins")
        : MixedSequence.text(text.tokenizer(), id);
  }
}
