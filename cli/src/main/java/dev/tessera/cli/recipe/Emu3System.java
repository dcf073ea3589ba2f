package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.recipe.Emu3;
import dev.tessera.sequence.GridLayout;
import dev.tessera.sequence.GridMarkers;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.util.List;

/// Emu3's tokenizer of images, and its sequences of text and images.
final class Emu3System {
  private static final String LATENTS = "latents";
  private static final String IDS = "ids";
  private static final String BEGIN = "<|extra_203|>";
  private static final String END_OF_ROW = "<|extra_200|>";

  private Emu3System() {}

  static Recipe emu3() {
    return Recipe.named(
            "emu3",
            Emu3.class,
            "Emu3: images and videos as grids of codes among text",
            "arXiv 2409.18869; baaivision/Emu3 at f6ea9aa")
        .sizes("h 64 3, w 64 4")
        .weights("quantize.embedding.weight [32768 x 4]")
        .text(TextKind.BYTES)
        .images(Preparation.EMU3)
        .encode(
            List.of(
                Slot.floats(LATENTS, "[4 x h x w]", "the encoder's output, `quant_conv` included")),
            List.of(Slot.ids(IDS, "[h x w]", "the codes", 32768)),
            run -> Made.of(IDS, model(run).encode(run.tensor(LATENTS))))
        .decode(
            List.of(Slot.ids(IDS, "[h x w]", "codes", 32768)),
            List.of(Slot.floats(LATENTS, "[4 x h x w]", "what the decoder takes, twice")),
            run -> Made.of(LATENTS, model(run).decode(run.ids(IDS))))
        .assemble(List.of(Part.TEXT, Part.IMAGE), Emu3System::sequence)
        .build();
  }

  private static Emu3 model(RecipeRun run) throws IOException {
    return run.once(Emu3.class, () -> Emu3.of(run.tessera(), run.weights(), anyText(run)));
  }

  /// The text that a grid's size is written in; without a vocabulary one that is not asked.
  private static BpeTokenizer anyText(RecipeRun run) throws IOException {
    return run.hasText()
        ? run.bytes("emu3")
        : run.once(BpeTokenizer.class, () -> run.tessera().text(BpeVocabulary.named("gpt2")));
  }

  private static MixedSequence sequence(RecipeRun run, List<Part> parts) throws IOException {
    UnifiedVocabulary vocabulary = Emu3.vocabulary();
    BpeTokenizer text = run.bytes("emu3");
    GridLayout layout = new GridLayout(vocabulary, Emu3.VISUAL, GridMarkers.EMU3, text);
    TokenSequence.Builder sequence =
        TokenSequence.builder().add("begin", vocabulary.special(BEGIN).first());
    for (Part part : parts) {
      if (part.kind().equals(Part.IMAGE)) {
        sequence.add(Part.IMAGE, layout.write(codes(run, part)));
      } else {
        sequence.add(Part.TEXT, text.encodeOrdinary(part.value()));
      }
    }
    int endOfRow = vocabulary.special(END_OF_ROW).first();
    return MixedSequence.of(
        sequence.build(),
        id ->
            id == endOfRow
                ? new MixedSequence.Token(END_OF_ROW + "\n", "the end of a row")
                : MixedSequence.token(vocabulary, text, id));
  }

  /// The codes of an image, given as such, as the output of the encoder, or for the encoder.
  private static TokenIds codes(RecipeRun run, Part part) throws IOException {
    Tensor image = run.tensor(part);
    return Shapes.isFloat(image) ? model(run).encode(run.floats(image)) : Shapes.ids(image);
  }
}
