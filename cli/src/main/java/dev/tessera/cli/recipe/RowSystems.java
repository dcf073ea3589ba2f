package dev.tessera.cli.recipe;

import dev.tessera.recipe.GraphGpt;
import dev.tessera.recipe.LlamaText;
import dev.tessera.recipe.Llava;
import dev.tessera.recipe.TeaGlm;
import dev.tessera.sequence.TokenSequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Systems that bring what an encoder gives to the width of a language model: rows among the
/// embeddings of text, nothing discrete, no way back.
final class RowSystems {
  private static final String ROWS = "rows";
  private static final String NODES = "nodes";
  private static final String GRAPH = "graph";

  private RowSystems() {}

  static Recipe llava() {
    return Recipe.named(
            "llava",
            Llava.class,
            "LLaVA 1 and 1.5: the patches of an image as rows among text",
            "arXiv 2304.08485; haotian-liu/LLaVA at c121f04")
        .sizes("seen 577 7, width 1024 20, hidden 4096 12, patches 576 6")
        .weights(
            """
            ~model.mm_projector.0.weight [hidden x width]
            ~model.mm_projector.0.bias [hidden]
            ~model.mm_projector.2.weight [hidden x hidden]
            ~model.mm_projector.2.bias [hidden]
            ?model.mm_projector.weight [hidden x width]
            ?model.mm_projector.bias [hidden]
            """)
        .text(TextKind.LLAMA)
        .images(Preparation.CLIP)
        .with(Setting.integer("side", 336, "With --encoder: pixels of a side, 336 or 224."))
        .with(
            Setting.choice(
                "aspect",
                "With --encoder: the image padded to a square, as version 1.5 has it, or cut to"
                    + " the one in its middle.",
                "pad",
                "square"))
        .encode(
            List.of(
                Slot.floats(
                    Part.IMAGE,
                    "[seen x width]",
                    "CLIP's last hidden state but one, its class first")),
            List.of(Slot.floats(ROWS, "[patches x hidden]", "a row for each patch")),
            run -> {
              try (Llava llava = Llava.of(run.tessera(), run.weights())) {
                return Made.of(ROWS, llava.project(Llava.patches(run.matrix(Part.IMAGE))));
              }
            })
        .assemble(List.of(Part.TEXT, Part.IMAGE), RowSystems::llavaSequence)
        .differs(
            "LLaVA 1 has one linear layer, 1.5 two with the exact GELU between: whichever the file"
                + " has is taken. The tiles of 1.6 are put together by `LlavaTiles`.")
        .build();
  }

  private static MixedSequence llavaSequence(RecipeRun run, List<Part> parts) throws IOException {
    List<Integer> rows = new ArrayList<>();
    for (Part part : parts) {
      if (part.kind().equals(Part.IMAGE)) {
        rows.add(Shapes.rows(run.tensor(part)) - 1);
      }
    }
    return Placeholders.sequence(run, parts, Part.IMAGE, "<image>", rows);
  }

  static Recipe graphGpt() {
    return Recipe.named(
            "graphgpt",
            GraphGpt.class,
            "GraphGPT: a row for each node of a subgraph",
            "arXiv 2310.13023; HKUDS/GraphGPT at db25a66")
        .sizes("n - 5, width 128 16, hidden 4096 12")
        .weights(
            """
            model.graph_projector.weight [hidden x width]
            model.graph_projector.bias [hidden]
            """)
        .text(TextKind.LLAMA)
        .encode(
            List.of(Slot.floats(NODES, "[n x width]", "what the graph transformer gives")),
            List.of(Slot.floats(ROWS, "[n x hidden]", "a row for each node")),
            run -> {
              try (GraphGpt graphGpt = GraphGpt.of(run.tessera(), run.weights())) {
                return Made.of(ROWS, graphGpt.project(run.matrix(NODES)));
              }
            })
        .assemble(List.of(Part.TEXT, GRAPH), RowSystems::graphGptSequence)
        .build();
  }

  private static MixedSequence graphGptSequence(RecipeRun run, List<Part> parts)
      throws IOException {
    List<Integer> nodes = new ArrayList<>();
    for (Part part : parts) {
      if (part.kind().equals(GRAPH)) {
        nodes.add(Shapes.rows(run.tensor(part)));
      }
    }
    int[] counts = nodes.stream().mapToInt(Integer::intValue).toArray();
    String prompt = Placeholders.prompt(parts, GRAPH, GraphGpt.MARK);
    LlamaText text = run.llama();
    return MixedSequence.of(
        GraphGpt.prompt(text, prompt, counts),
        id ->
            switch (id) {
              case GraphGpt.PATCH ->
                  new MixedSequence.Token("<g_patch>", "a node, whose row takes this place");
              case GraphGpt.START -> new MixedSequence.Token("<g_start>", "a graph begins");
              case GraphGpt.END -> new MixedSequence.Token("<g_end>", "a graph ends");
              default -> Placeholders.text(text, id);
            });
  }

  static Recipe teaGlm() {
    return Recipe.named(
            "tea-glm",
            TeaGlm.class,
            "TEA-GLM: a node or a link as K rows among text",
            "arXiv 2408.14512; W-rudder/TEA-GLM at 6cb6366")
        .sizes("n - 2, width 4096 16, all 20480 24, rows - 6, hidden 4096 8")
        .weights(
            """
            graph_projector.0.weight [all x width]
            graph_projector.0.bias [all]
            """)
        .text(TextKind.LLAMA)
        .with(
            Setting.integer("width", 4096, "Columns of the language model's embeddings.")
                .inExample("8"))
        .encode(
            List.of(Slot.floats(NODES, "[n x width]", "what the graph network gives")),
            List.of(Slot.floats(ROWS, "[rows x hidden]", "K rows a node, one behind the other")),
            run -> Made.of(ROWS, teaGlm(run).project(run.matrix(NODES))))
        .assemble(List.of(Part.TEXT, Part.NODE), RowSystems::teaGlmSequence)
        .build();
  }

  private static TeaGlm teaGlm(RecipeRun run) throws IOException {
    return run.once(
        TeaGlm.class, () -> TeaGlm.of(run.tessera(), run.weights(), run.integer("width")));
  }

  private static MixedSequence teaGlmSequence(RecipeRun run, List<Part> parts) throws IOException {
    String prompt = Placeholders.prompt(parts, Part.NODE, TeaGlm.MARK);
    LlamaText text = run.llama();
    TokenSequence sequence = teaGlm(run).prompt(text, prompt);
    return MixedSequence.of(
        sequence,
        id ->
            id < TeaGlm.FIRST_NODE
                ? Placeholders.text(text, id)
                : new MixedSequence.Token(
                    "<Node %d>".formatted(id - TeaGlm.FIRST_NODE + 1),
                    "row %d of a node takes this place".formatted(id - TeaGlm.FIRST_NODE + 1)));
  }
}
