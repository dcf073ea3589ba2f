package dev.tessera.cli.recipe;

import dev.tessera.recipe.LlamaText;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Systems whose input is text alone.
final class TextSystems {
  private static final String IDS = "ids";

  private TextSystems() {}

  static Recipe llama() {
    return Recipe.named(
            "llama",
            LlamaText.class,
            "Llama 2 and Vicuna: text as ids",
            "google/sentencepiece and huggingface/transformers (LlamaConverter)")
        .sizes("n - 8")
        .text(TextKind.LLAMA)
        .encode(
            List.of(Slot.text("the text, in UTF-8")),
            List.of(Slot.ids(IDS, "[n]", "the ids, `<s>` first", 32000)),
            TextSystems::encode)
        .decode(
            List.of(Slot.ids(IDS, "[n]", "ids; a `<s>` in front is left out", 32000)),
            List.of(Slot.text("the text")),
            TextSystems::decode)
        .differs(
            "The models of this family put a space before every text that follows a special token"
                + " (`legacy` in transformers); later versions only before the first. The command"
                + " does as the models do; `LlamaText.of` takes either.")
        .build();
  }

  private static Made encode(RecipeRun run) throws IOException {
    String text = new String(run.text(), StandardCharsets.UTF_8);
    try (LlamaText llama = run.llama()) {
      return Made.of(IDS, TokenIds.of(llama.prompt(text)));
    }
  }

  private static Made decode(RecipeRun run) throws IOException {
    int[] ids = run.ids(IDS).toArray();
    int from = ids.length > 0 && ids[0] == LlamaText.BEGIN ? 1 : 0;
    try (LlamaText llama = run.llama()) {
      return Made.text(llama.tokenizer().decodeBytes(Arrays.copyOfRange(ids, from, ids.length)));
    }
  }
}
