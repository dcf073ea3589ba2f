package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.recipe.DallE;
import dev.tessera.recipe.Emu3;
import dev.tessera.recipe.MoVqgan;
import dev.tessera.sequence.GridLayout;
import dev.tessera.sequence.GridMarkers;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.sequence.UnifiedVocabulary;
import dev.tessera.sequence.VocabularyToken;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.BpeVocabulary;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Systems in which an image is a grid of codes.
final class GridSystems {
  private static final String LATENTS = "latents";
  private static final String IDS = "ids";
  private static final String IMAGE = "image";
  private static final String BEGIN = "<|extra_203|>";
  private static final String END_OF_ROW = "<|extra_200|>";

  private GridSystems() {}

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
        .assemble(List.of(MixedSequence.TEXT, IMAGE), GridSystems::dallESequence)
        .differs(
            "The transformer was never released. How image tokens follow text in one vocabulary is"
                + " therefore a setting: by default 16384 ids of text, 256 pads, one a position,"
                + " then the image, as many open versions have it.")
        .build();
  }

  private static MixedSequence dallESequence(RecipeRun run, List<Part> parts) throws IOException {
    if (parts.size() != 2
        || !parts.get(0).kind().equals(MixedSequence.TEXT)
        || !parts.get(1).kind().equals(IMAGE)) {
      throw new IllegalArgumentException("dalle has one --text and then one --image");
    }
    int textIds = run.integer("text-ids");
    int length = run.integer("text-length");
    UnifiedVocabulary vocabulary = DallE.vocabulary(textIds, length);
    Tensor image = TensorLocation.parse(parts.get(1).value()).open();
    TokenIds codes =
        isFloat(image)
            ? DallE.of(run.tessera(), run.weights()).encode(run.tensor(image))
            : Shapes.ids(image);
    try (BpeTokenizer text = run.bytes("gpt2")) {
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
              .add(MixedSequence.TEXT, caption)
              .add("pad", pads)
              .add(IMAGE, vocabulary.range(IMAGE).ids(codes))
              .build();
      return MixedSequence.of(sequence, id -> token(vocabulary, text, id));
    }
  }

  static Recipe emu3() {
    return Recipe.named(
            "emu3",
            Emu3.class,
            "Emu3: images and videos as grids of codes among text",
            "arXiv 2409.18869; baaivision/Emu3 at f6ea9aa")
        .sizes("h 64 3, w 64 4")
        .weights("quantize.embedding.weight [32768 x 4]")
        .text(TextKind.BYTES)
        .encode(
            List.of(
                Slot.floats(LATENTS, "[4 x h x w]", "the encoder's output, `quant_conv` included")),
            List.of(Slot.ids(IDS, "[h x w]", "the codes", 32768)),
            run -> {
              try (BpeTokenizer text = anyText(run);
                  Emu3 emu3 = Emu3.of(run.tessera(), run.weights(), text)) {
                return Made.of(IDS, emu3.encode(run.tensor(LATENTS)));
              }
            })
        .decode(
            List.of(Slot.ids(IDS, "[h x w]", "codes", 32768)),
            List.of(Slot.floats(LATENTS, "[4 x h x w]", "what the decoder takes, twice")),
            run -> {
              try (BpeTokenizer text = anyText(run);
                  Emu3 emu3 = Emu3.of(run.tessera(), run.weights(), text)) {
                return Made.of(LATENTS, emu3.decode(run.ids(IDS)));
              }
            })
        .assemble(List.of(MixedSequence.TEXT, IMAGE), GridSystems::emu3Sequence)
        .build();
  }

  private static MixedSequence emu3Sequence(RecipeRun run, List<Part> parts) throws IOException {
    UnifiedVocabulary vocabulary = Emu3.vocabulary();
    try (BpeTokenizer text = run.bytes("emu3")) {
      GridLayout layout = new GridLayout(vocabulary, Emu3.VISUAL, GridMarkers.EMU3, text);
      TokenSequence.Builder sequence =
          TokenSequence.builder().add("begin", vocabulary.special(BEGIN).first());
      for (Part part : parts) {
        if (part.kind().equals(IMAGE)) {
          Tensor image = TensorLocation.parse(part.value()).open();
          sequence.add(IMAGE, layout.write(emu3Codes(run, text, image)));
        } else {
          sequence.add(MixedSequence.TEXT, text.encodeOrdinary(part.value()));
        }
      }
      int endOfRow = vocabulary.special(END_OF_ROW).first();
      return MixedSequence.of(
          sequence.build(),
          id ->
              id == endOfRow
                  ? new MixedSequence.Token(END_OF_ROW + "\n", "the end of a row")
                  : token(vocabulary, text, id));
    }
  }

  /// The codes of an image, given as such or as the output of the encoder.
  private static TokenIds emu3Codes(RecipeRun run, BpeTokenizer text, Tensor image)
      throws IOException {
    if (!isFloat(image)) {
      return Shapes.ids(image);
    }
    try (Emu3 emu3 = Emu3.of(run.tessera(), run.weights(), text)) {
      return emu3.encode(run.tensor(image));
    }
  }

  static Recipe moVqgan() {
    return Recipe.named(
            "movqgan",
            MoVqgan.class,
            "SBER-MoVQGAN: an image as a grid of codes",
            "arXiv 2209.09002; ai-forever/MoVQGAN at f3976d8")
        .sizes("h 32 3, w 32 4")
        .weights(
            """
            quantize.embedding.weight [16384 x 4]
            quant_conv.weight [4 x 4 x 1 x 1]
            quant_conv.bias [4]
            post_quant_conv.weight [4 x 4 x 1 x 1]
            post_quant_conv.bias [4]
            """)
        .encode(
            List.of(Slot.floats(LATENTS, "[4 x h x w]", "the encoder's output")),
            List.of(Slot.ids(IDS, "[h x w]", "the codes", 16384)),
            run -> {
              try (MoVqgan movq = MoVqgan.of(run.tessera(), run.weights())) {
                return Made.of(IDS, movq.encode(run.tensor(LATENTS)));
              }
            })
        .decode(
            List.of(Slot.ids(IDS, "[h x w]", "codes", 16384)),
            List.of(
                Slot.floats("projected", "[4 x h x w]", "the codewords through `post_quant_conv`"),
                Slot.floats("stored", "[4 x h x w]", "the codewords, for the decoder's norms")),
            run -> {
              try (MoVqgan movq = MoVqgan.of(run.tessera(), run.weights())) {
                MoVqgan.Latents latents = movq.decode(run.ids(IDS));
                return Made.of("projected", latents.projected()).with("stored", latents.stored());
              }
            })
        .build();
  }

  /// The text that a grid's size is written in; without a vocabulary one that is not asked.
  private static BpeTokenizer anyText(RecipeRun run) throws IOException {
    return run.hasText() ? run.bytes("emu3") : run.tessera().text(BpeVocabulary.named("gpt2"));
  }

  static boolean isFloat(Tensor tensor) {
    return tensor.type().name().contains("F");
  }

  /// An id of a vocabulary with text, ranges and special tokens.
  static MixedSequence.Token token(UnifiedVocabulary vocabulary, BpeTokenizer text, int id) {
    String meaning = vocabulary.describe(id);
    return switch (vocabulary.token(id)) {
      case VocabularyToken.Special(String name) -> new MixedSequence.Token(name, name);
      case VocabularyToken.Code(String range, int code) when range.equals(UnifiedVocabulary.TEXT) ->
          MixedSequence.text(text, code);
      case VocabularyToken.Code(String _, int code) ->
          new MixedSequence.Token(String.valueOf(code), meaning);
    };
  }
}
