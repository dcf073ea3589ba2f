package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.recipe.DallE;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// DALL-E's discrete VAE, and its sequences of a text and an image.
final class DallESystem {
  private static final String IDS = "ids";
  private static final String LATENTS = "latents";

  private DallESystem() {}

  static Recipe dallE() {
    return Recipe.named(
            "dalle",
            DallE.class,
            "DALL-E's discrete VAE: an image as 32 x 32 of 8192 tokens",
            "arXiv 2102.12092; openai/DALL-E at 5be4b23")
        .sizes("h 32 3, w 32 4")
        .weights(
            """
            blocks.input.w [128 x 8192 x 1 x 1]
            blocks.input.b [128]
            """)
        .text(TextKind.BYTES)
        .images(Preparation.DALL_E)
        .with(Setting.integer("text-ids", 16384, "Sequences: how many ids of text there are."))
        .with(
            Setting.integer(
                "text-length", 256, "Sequences: positions of text, each with a pad of its own."))
        .encode(
            List.of(Slot.floats("logits", "[8192 x h x w]", "the encoder's logits")),
            List.of(Slot.ids(IDS, "[h x w]", "the tokens, in raster order", 8192)),
            run ->
                Made.of(IDS, DallE.of(run.tessera(), run.weights()).encode(run.tensor("logits"))))
        .decode(
            List.of(Slot.ids(IDS, "[h x w]", "tokens", 8192)),
            List.of(
                Slot.floats(
                    LATENTS, "[128 x h x w]", "what the decoder has behind its first layer")),
            run -> Made.of(LATENTS, DallE.of(run.tessera(), run.weights()).decode(run.ids(IDS))))
        .assemble(List.of(Part.TEXT, Part.IMAGE), DallESystem::sequence)
        .differs(
            "The transformer was never released. How image tokens follow text in one vocabulary is"
                + " therefore a setting: by default 16384 ids of text, 256 pads, one a position,"
                + " then the image, as many open versions have it.")
        .build();
  }

  private static MixedSequence sequence(RecipeRun run, List<Part> parts) throws IOException {
    if (parts.size() != 2
        || !parts.get(0).kind().equals(Part.TEXT)
        || !parts.get(1).kind().equals(Part.IMAGE)) {
      throw new IllegalArgumentException("dalle has one --text and then one --image");
    }
    int textIds = run.integer("text-ids");
    int length = run.integer("text-length");
    UnifiedVocabulary vocabulary = DallE.vocabulary(textIds, length);
    Tensor image = run.tensor(parts.get(1));
    TokenIds codes =
        Shapes.isFloat(image)
            ? DallE.of(run.tessera(), run.weights()).encode(run.floats(image))
            : Shapes.ids(image);
    BpeTokenizer text = run.bytes("gpt2");
    int[] caption = text.encodeOrdinary(parts.get(0).value().toLowerCase(Locale.ROOT));
    if (caption.length > length) {
      throw new IllegalArgumentException(
          "the text has %d tokens, --text-length is %d".formatted(caption.length, length));
    }
    int[] pads = new int[length - caption.length];
    for (int i = 0; i < pads.length; i++) {
      pads[i] = vocabulary.id("pad", caption.length + i);
    }
    for (int id : caption) {
      int _ = vocabulary.id(UnifiedVocabulary.TEXT, id);
    }
    TokenSequence sequence =
        TokenSequence.builder()
            .add(Part.TEXT, caption)
            .add("pad", pads)
            .add(Part.IMAGE, vocabulary.range(Part.IMAGE).ids(codes))
            .build();
    return MixedSequence.of(sequence, id -> MixedSequence.token(vocabulary, text, id));
  }
}
