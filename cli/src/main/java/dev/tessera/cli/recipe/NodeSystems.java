package dev.tessera.cli.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.nn.Weights;
import dev.tessera.recipe.Gft;
import dev.tessera.recipe.Stag;
import dev.tessera.recipe.VqGraph;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.util.List;

/// Systems that look up what a graph network gives for a node in one codebook, or in one a head.
final class NodeSystems {
  private static final String NODES = "nodes";
  private static final String CODES = "codes";
  private static final String VECTORS = "vectors";

  private NodeSystems() {}

  static Recipe vqGraph() {
    return Recipe.named(
            "vqgraph",
            VqGraph.class,
            "VQGraph: each node as a code for its surroundings",
            "arXiv 2308.02117; YangLing0818/VQGraph at 60aa1c9")
        .sizes("n - 12, codes 5000 32, dim - 16")
        .weights("_codebook.embed [codes x dim]")
        .with(
            Setting.number(
                "temperature", 1, "What similarities are divided by in the soft assignment."))
        .with(Setting.flag("assignment", "Write the soft assignment of every node, too."))
        .encode(
            List.of(Slot.floats(NODES, "[n x dim]", "what the graph network gives")),
            List.of(
                Slot.ids(CODES, "[n]", "the code of each node"),
                Slot.floats("assignment", "[n x codes]", "with --assignment: the softmax")),
            NodeSystems::vqGraphEncode)
        .decode(
            List.of(Slot.ids(CODES, "[n]", "codes", 32)),
            List.of(Slot.floats(VECTORS, "[n x dim]", "the codewords as they are stored")),
            run -> {
              try (VqGraph vqGraph = vqGraph(run)) {
                return Made.of(VECTORS, vqGraph.decode(run.ids(CODES)));
              }
            })
        .build();
  }

  private static VqGraph vqGraph(RecipeRun run) throws IOException {
    return VqGraph.of(run.tessera(), run.weights(), run.number("temperature"));
  }

  private static Made vqGraphEncode(RecipeRun run) throws IOException {
    FloatMatrix nodes = run.matrix(NODES);
    try (VqGraph vqGraph = vqGraph(run)) {
      Made made = Made.of(CODES, vqGraph.encode(nodes));
      if (!run.flag("assignment")) {
        return made;
      }
      int codes = vqGraph.codes();
      FloatMatrix assignment = FloatMatrix.allocate(nodes.rows(), codes);
      vqGraph.assign(
          nodes,
          (first, rows) -> {
            for (long row = 0; row < rows.rows(); row++) {
              for (int code = 0; code < codes; code++) {
                assignment.set(first + row, code, (float) rows.get(row, code));
              }
            }
          });
      return made.with("assignment", assignment);
    }
  }

  static Recipe gft() {
    return Recipe.named(
            "gft",
            Gft.class,
            "GFT: nodes of graphs of any kind as four codes of a transferable vocabulary",
            "arXiv 2411.06070; Zehong-Wang/GFT at 61d4f93")
        .sizes("n - 12, width 768 24, inner 3072 32, dim 768 8, codes 128 32")
        .weights(
            """
            project_in.weight [inner x width]
            project_in.bias [inner]
            _codebook.embed [4 x codes x dim]
            project_out.weight [width x inner]
            project_out.bias [width]
            """)
        .encode(
            List.of(Slot.floats(NODES, "[n x width]", "nodes, edges or pooled graphs")),
            List.of(
                Slot.ids(CODES, "[n x 4]", "a code for each head"),
                Slot.ids("ids", "[n x 4]", "the same in one vocabulary: 128 h + c"),
                Slot.floats("codewords", "[n x inner]", "the codewords side by side")),
            run -> {
              try (Gft gft = Gft.of(run.tessera(), run.weights())) {
                TokenIds codes = gft.encode(run.matrix(NODES));
                return Made.of(CODES, codes)
                    .with("ids", gft.ids(codes))
                    .with("codewords", gft.codewords(codes));
              }
            })
        .decode(
            List.of(Slot.ids(CODES, "[n x 4]", "a code for each head", 32)),
            List.of(Slot.floats(VECTORS, "[n x width]", "the codewords, projected")),
            run -> {
              try (Gft gft = Gft.of(run.tessera(), run.weights())) {
                return Made.of(VECTORS, gft.decode(run.ids(CODES)));
              }
            })
        .differs(
            "The lookup of the released code is the inner product with codewords that are not"
                + " normalised, and so is Tessera's; a true cosine would give other codes.")
        .build();
  }

  static Recipe stag() {
    return Recipe.named(
            "stag",
            Stag.class,
            "STAG: nodes as mixtures of words, or as a list of words",
            "arXiv 2507.19526; jybosg/STAG at a088b1b")
        .sizes("n - 12, words - 40, width 768 24, graph 256 8")
        .weights(
            """
            codebook.weight [words x width]
            ~fusion.projection.weight [width x graph]
            ~fusion.projection.bias [width]
            """)
        .with(
            Setting.text(
                "projection",
                "fusion.projection",
                "The name of the graph's layer, without .weight and .bias."))
        .with(Setting.number("text-weight", 0.41, "What the text weighs, by the checkpoint."))
        .with(Setting.number("graph-weight", 0.59, "What the graph weighs, by the checkpoint."))
        .encode(
            List.of(
                Slot.floats("text", "[n x width]", "what the text encoder gives"),
                Slot.floats("graph", "[n x graph]", "what the graph network gives")),
            List.of(
                Slot.ids("words", "[n x 13]", "the 13 nearest words, the nearest first"),
                Slot.floats("soft", "[n x width]", "the mixtures"),
                Slot.floats("fused", "[n x width]", "text and graph as one")),
            run -> {
              Weights weights = run.weights();
              try (Stag stag =
                  Stag.of(
                      run.tessera(),
                      codebook(weights, "codebook.weight"),
                      weights,
                      run.setting("projection"),
                      (float) run.number("text-weight"),
                      (float) run.number("graph-weight"))) {
                FloatMatrix fused = stag.fuse(run.matrix("text"), run.matrix("graph"));
                return Made.of("words", stag.encode(fused))
                    .with("soft", stag.soft(fused))
                    .with("fused", fused);
              }
            })
        .differs(
            "The names `codebook.weight` and `fusion.projection` are Tessera's; `--projection`"
                + " takes another one for the second.")
        .build();
  }

  /// A codebook `[K x d]`, or `[1 x K x d]`.
  private static Codebook codebook(Weights weights, String name) throws IOException {
    Tensor tensor = weights.tensor(name);
    long[] shape = tensor.shape();
    if (shape.length < 2) {
      throw new FormatException(
          "%s: expected %s with the shape [codes x columns], found %s"
              .formatted(tensor.source(), name, Axes.text(shape)));
    }
    long rows = shape[shape.length - 2];
    return Codebook.of(weights.matrix(name, rows, Math.toIntExact(shape[shape.length - 1])));
  }
}
