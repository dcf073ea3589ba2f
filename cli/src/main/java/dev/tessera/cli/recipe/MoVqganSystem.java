package dev.tessera.cli.recipe;

import dev.tessera.recipe.MoVqgan;
import java.util.List;

/// SBER-MoVQGAN's tokenizer of images.
final class MoVqganSystem {
  private static final String LATENTS = "latents";
  private static final String IDS = "ids";

  private MoVqganSystem() {}

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
        .images(Preparation.MOVQGAN)
        .with(
            Setting.integer(
                "side", 256, "With --encoder: pixels of a side, of which 8 x 8 become a code."))
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
        .differs(
            "The released notebook cuts the square out of an image and then resizes it, to 512"
                + " pixels; `--encoder` resizes and then cuts. Square images give the same pixels.")
        .build();
  }
}
