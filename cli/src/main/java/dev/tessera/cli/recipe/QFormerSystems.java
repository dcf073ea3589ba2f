package dev.tessera.cli.recipe;

import dev.tessera.recipe.Blip2;
import dev.tessera.recipe.GraphTranslator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Systems whose rows come of a Q-Former.
final class QFormerSystems {
  private static final String ROWS = "rows";
  private static final String NODES = "nodes";

  /// LAVIS' names, for both systems that take its Q-Former.
  static final String QFORMER =
      """
      query_tokens [1 x 32 x width]
      Qformer.bert.embeddings.LayerNorm.weight [width]
      Qformer.bert.embeddings.LayerNorm.bias [width]
      Qformer.bert.encoder.layer.N.attention.self.query.weight [width x width]
      Qformer.bert.encoder.layer.N.attention.self.query.bias [width]
      Qformer.bert.encoder.layer.N.attention.self.key.weight [width x width]
      Qformer.bert.encoder.layer.N.attention.self.key.bias [width]
      Qformer.bert.encoder.layer.N.attention.self.value.weight [width x width]
      Qformer.bert.encoder.layer.N.attention.self.value.bias [width]
      Qformer.bert.encoder.layer.N.attention.output.dense.weight [width x width]
      Qformer.bert.encoder.layer.N.attention.output.dense.bias [width]
      Qformer.bert.encoder.layer.N.attention.output.LayerNorm.weight [width]
      Qformer.bert.encoder.layer.N.attention.output.LayerNorm.bias [width]
      Qformer.bert.encoder.layer.E.crossattention.self.query.weight [width x width]
      Qformer.bert.encoder.layer.E.crossattention.self.query.bias [width]
      Qformer.bert.encoder.layer.E.crossattention.self.key.weight [width x encoder]
      Qformer.bert.encoder.layer.E.crossattention.self.key.bias [width]
      Qformer.bert.encoder.layer.E.crossattention.self.value.weight [width x encoder]
      Qformer.bert.encoder.layer.E.crossattention.self.value.bias [width]
      Qformer.bert.encoder.layer.E.crossattention.output.dense.weight [width x width]
      Qformer.bert.encoder.layer.E.crossattention.output.dense.bias [width]
      Qformer.bert.encoder.layer.E.crossattention.output.LayerNorm.weight [width]
      Qformer.bert.encoder.layer.E.crossattention.output.LayerNorm.bias [width]
      Qformer.bert.encoder.layer.N.intermediate_query.dense.weight [inner x width]
      Qformer.bert.encoder.layer.N.intermediate_query.dense.bias [inner]
      Qformer.bert.encoder.layer.N.output_query.dense.weight [width x inner]
      Qformer.bert.encoder.layer.N.output_query.dense.bias [width]
      Qformer.bert.encoder.layer.N.output_query.LayerNorm.weight [width]
      Qformer.bert.encoder.layer.N.output_query.LayerNorm.bias [width]
      """;

  private QFormerSystems() {}

  static Recipe blip2() {
    return Recipe.named(
            "blip2",
            Blip2.class,
            "BLIP-2: an image as 32 rows before text",
            "arXiv 2301.12597; salesforce/LAVIS at 506965b")
        .sizes("n - 1, seen 257 5, encoder 1408 20, width 768 24, inner 3072 48, hidden 2560 10")
        .weights(
            """
            ln_vision.weight [encoder]
            ln_vision.bias [encoder]
            """
                + QFORMER
                + """
                ~opt_proj.weight [hidden x width]
                ~opt_proj.bias [hidden]
                ?t5_proj.weight [2048 x width]
                ?llm_proj.weight [4096 x width]
                """)
        .text(TextKind.OPT)
        .images(Preparation.EVA_CLIP)
        .with(
            Setting.choice(
                "model", "The language model that the weights are for.", "opt", "t5", "vicuna"))
        .encode(
            List.of(Slot.floats("images", "[n x seen x encoder]", "the output of EVA-CLIP-g")),
            List.of(Slot.floats(ROWS, "[n x 32 x hidden]", "32 rows an image")),
            run -> {
              try (Blip2 blip2 = Blip2.of(run.tessera(), run.weights(), model(run))) {
                return Made.of(ROWS, blip2.encode(run.tensor("images")));
              }
            })
        .assemble(List.of(Part.IMAGE, Part.TEXT), QFormerSequences::blip2)
        .differs(
            "A sequence is one image and then text: the 32 rows come before all ids, at no place"
                + " of their own (a span without ids). OPT's text begins with `</s>`, Vicuna's with"
                + " `<s>`, as their tokenizers have it; a caption to learn ends with a line break,"
                + " which the text has to bring. Flan-T5's text is a Unigram model, which Tessera"
                + " does not read: it has no sequences.")
        .build();
  }

  static Recipe graphTranslator() {
    return Recipe.named(
            "graphtranslator",
            GraphTranslator.class,
            "GraphTranslator: a node as 32 rows before a question",
            "arXiv 2402.07197; alibaba/GraphTranslator at 250ff3f")
        .sizes("n - 3, encoder 768 20, width 768 24, inner 3072 48, hidden 4096 10")
        .weights(
            QFORMER
                + """
                chatglm2_proj.weight [hidden x width]
                chatglm2_proj.bias [hidden]
                """)
        .text(TextKind.CHATGLM)
        .encode(
            List.of(Slot.floats(NODES, "[n x encoder]", "what GraphSAGE gives")),
            List.of(Slot.floats(ROWS, "[n x 32 x hidden]", "32 rows a node")),
            run -> Made.of(ROWS, graphTranslator(run).encode(run.matrix(NODES))))
        .assemble(List.of(Part.NODE, Part.TEXT), QFormerSequences::graphTranslator)
        .differs(
            "A sequence is a node and then one text, the question, or two, an instruction and its"
                + " answer: `[gMASK] sop` comes twice before a question and not at all in training,"
                + " as in the released code. ChatGLM2's special tokens have the ids behind those of"
                + " its `tokenizer.model`.")
        .build();
  }

  static GraphTranslator graphTranslator(RecipeRun run) throws IOException {
    return run.once(GraphTranslator.class, () -> GraphTranslator.of(run.tessera(), run.weights()));
  }

  static Blip2.LanguageModel model(RecipeRun run) {
    return Blip2.LanguageModel.valueOf(run.setting("model").toUpperCase(Locale.ROOT));
  }
}
