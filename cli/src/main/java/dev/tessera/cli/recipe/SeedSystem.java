package dev.tessera.cli.recipe;

import dev.tessera.io.Tensor;
import dev.tessera.recipe.LlamaText;
import dev.tessera.recipe.Seed;
import dev.tessera.recipe.SeedSequences;
import dev.tessera.sequence.TokenSequence;
import dev.tessera.tensor.TokenIds;
import dev.tessera.text.BpeTokenizer;
import java.io.IOException;
import java.util.List;

/// SEED-2 and the sequences of SEED-LLaMA.
final class SeedSystem {
  private static final String IMAGES = "images";
  private static final String IDS = "ids";

  private SeedSystem() {}

  static Recipe seed() {
    return Recipe.named(
            "seed",
            Seed.class,
            "SEED-2 and SEED-LLaMA: an image as 32 tokens in an order, like words",
            "arXiv 2310.01218; AILab-CVC/SEED at 93b3cf4")
        .sizes(
            "n - 2, seen 257 5, encoder 1408 20, width 768 24, inner 3072 48, three 2304 72,"
                + " four 3072 96, d0 256 8, d1 128 6, d2 32 4, flat 1024 128, embedding 1024 16")
        .weights(
            """
            ln_vision.weight [encoder]
            ln_vision.bias [encoder]
            """
                + QFormerSystems.QFORMER
                + """
                encode_task_layer.0.weight [width x width]
                encode_task_layer.0.bias [width]
                encode_task_layer.2.weight [32 x width]
                encode_task_layer.2.bias [32]
                quantize.embedding.weight [8192 x 32]
                decode_task_layer.0.weight [32 x 32]
                decode_task_layer.0.bias [32]
                decode_task_layer.2.weight [width x 32]
                decode_task_layer.2.bias [width]
                pos_embed_image [1 x 32 x width]
                blocks_image.N.norm1.weight [width]
                blocks_image.N.norm1.bias [width]
                blocks_image.N.attn.qkv.weight [three x width]
                blocks_image.N.attn.qkv.bias [three]
                blocks_image.N.attn.proj.weight [width x width]
                blocks_image.N.attn.proj.bias [width]
                blocks_image.N.norm2.weight [width]
                blocks_image.N.norm2.bias [width]
                blocks_image.N.mlp.fc1.weight [four x width]
                blocks_image.N.mlp.fc1.bias [four]
                blocks_image.N.mlp.fc2.weight [width x four]
                blocks_image.N.mlp.fc2.bias [width]
                ~image_down.0.weight [d0 x width]
                ~image_down.2.weight [d1 x d0]
                ~image_down.4.weight [d2 x d1]
                distill_image_proj.weight [embedding x flat]
                distill_image_proj.bias [embedding]
                """)
        .text(TextKind.LLAMA)
        .images(Preparation.EVA_CLIP)
        .with(
            Setting.integer(
                "begin-of-image", 40192, "Sequences: the id of `<img>`, by added_tokens.json."))
        .with(
            Setting.integer(
                "end-of-image", 40193, "Sequences: the id of `</img>`, by added_tokens.json."))
        .encode(
            List.of(Slot.floats(IMAGES, "[n x seen x encoder]", "the output of EVA-CLIP-g")),
            List.of(Slot.ids(IDS, "[n x 32]", "the tokens of each image", 8192)),
            run -> Made.of(IDS, model(run).encode(run.tensor(IMAGES))))
        .decode(
            List.of(Slot.ids(IDS, "[n x 32]", "the tokens of each image", 8192)),
            List.of(Slot.floats("embeddings", "[n x embedding]", "of images, for unCLIP")),
            run -> Made.of("embeddings", model(run).decode(run.ids(IDS))))
        .assemble(List.of(Part.TEXT, Part.IMAGE), SeedSystem::sequence)
        .differs(
            "The released code computes in float16 unless told otherwise, where near ties may fall"
                + " otherwise than in float32. Which of 40192 and 40193 is `<img>` is a matter of"
                + " the model's `added_tokens.json`.")
        .build();
  }

  private static Seed model(RecipeRun run) throws IOException {
    return run.once(Seed.class, () -> Seed.of(run.tessera(), run.weights()));
  }

  /// `<s>`, then the parts.
  private static MixedSequence sequence(RecipeRun run, List<Part> parts) throws IOException {
    BpeTokenizer text = run.llama().tokenizer();
    SeedSequences sequences =
        SeedSequences.of(run.integer("begin-of-image"), run.integer("end-of-image"), text);
    TokenSequence.Builder sequence = TokenSequence.builder().add("begin", LlamaText.BEGIN);
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (isImage(parts, i)) {
        sequence.add(Part.IMAGE, sequences.images().write(codes(run, part)));
      } else {
        sequence.add(
            Part.TEXT, sequences.text(part.value(), isImage(parts, i - 1), isImage(parts, i + 1)));
      }
    }
    return MixedSequence.of(
        sequence.build(), id -> MixedSequence.token(sequences.vocabulary(), text, id));
  }

  private static boolean isImage(List<Part> parts, int i) {
    return i >= 0 && i < parts.size() && parts.get(i).kind().equals(Part.IMAGE);
  }

  /// The tokens of images, given as such, as the output of the encoder, or for the encoder.
  private static TokenIds codes(RecipeRun run, Part part) throws IOException {
    Tensor images = run.tensor(part);
    return Shapes.isFloat(images) ? model(run).encode(run.floats(images)) : Shapes.idRows(images);
  }
}
