package dev.tessera.cli.recipe;

import dev.tessera.recipe.GraphTranslator;
import dev.tessera.recipe.LlamaText;
import dev.tessera.sequence.TokenSequence;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Sequences that begin with the rows of a Q-Former: those of an image or of a node, then text.
final class QFormerSequences {
  /// The rows of an image: BLIP-2's queries.
  private static final int ROWS = 32;

  private QFormerSequences() {}

  /// The text of a sequence whose first part is of a kind, and the others text.
  private static List<String> texts(String system, List<Part> parts, String kind, int most) {
    List<String> texts =
        parts.stream()
            .skip(1)
            .filter(part -> part.kind().equals(Part.TEXT))
            .map(Part::value)
            .toList();
    if (!parts.getFirst().kind().equals(kind)
        || texts.size() != parts.size() - 1
        || texts.isEmpty()
        || texts.size() > most) {
      throw new IllegalArgumentException(
          "%s has one --%s and then %s, found %s"
              .formatted(
                  system,
                  kind,
                  most == 1 ? "one --text" : "one --text, or two",
                  String.join(", ", parts.stream().map(part -> "--" + part.kind()).toList())));
    }
    return texts;
  }

  /// The rows of an image come before all ids.
  static MixedSequence blip2(RecipeRun run, List<Part> parts) throws IOException {
    String text = texts("blip2", parts, Part.IMAGE, 1).getFirst();
    int _ = Shapes.rows(run.tensor(parts.getFirst())); // one image, or an error now
    MixedSequence sequence =
        switch (QFormerSystems.model(run)) {
          case OPT -> opt(run, text);
          case VICUNA -> vicuna(run, text);
          case T5 ->
              throw new IOException(
                  "Flan-T5's text is a Unigram model, which Tessera does not read: sequences need"
                      + " --model opt or vicuna");
        };
    return sequence.behind(Part.IMAGE, ROWS);
  }

  private static MixedSequence opt(RecipeRun run, String text) throws IOException {
    OptText opt = run.once(OptText.class, () -> OptText.of(run.tessera(), run.tokenizerFile()));
    return MixedSequence.of(opt.sequence(text), opt::token);
  }

  private static MixedSequence vicuna(RecipeRun run, String text) throws IOException {
    LlamaText llama = run.llama();
    TokenSequence sequence = TokenSequence.builder().add(Part.TEXT, llama.prompt(text)).build();
    return MixedSequence.of(sequence, id -> Placeholders.text(llama, id));
  }

  /// The rows of a node take the places of the first ids.
  static MixedSequence graphTranslator(RecipeRun run, List<Part> parts) throws IOException {
    List<String> texts = texts("graphtranslator", parts, Part.NODE, 2);
    ChatGlmText text =
        run.once(ChatGlmText.class, () -> ChatGlmText.of(run.tessera(), run.tokenizerFile()));
    int[] first = texts.size() == 1 ? text.prompt("") : text.ids(texts.getFirst());
    int[] second = texts.size() == 1 ? text.prompt(texts.getFirst()) : text.ids(texts.getLast());
    GraphTranslator translator = QFormerSystems.graphTranslator(run);
    int[] ids = translator.ids(first, second);
    int rows = ids.length - first.length - second.length;
    TokenSequence sequence =
        TokenSequence.builder()
            .add(Part.NODE, Arrays.copyOf(ids, rows))
            .add(Part.TEXT, Arrays.copyOfRange(ids, rows, ids.length))
            .build();
    MixedSequence mixed = MixedSequence.of(sequence, text::token);
    return mixed.withFirst(
        rows, new MixedSequence.Token("<node>", "a row of the node takes this place"));
  }
}
