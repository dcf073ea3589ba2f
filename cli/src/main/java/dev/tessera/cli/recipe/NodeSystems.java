package dev.tessera.cli.recipe;

import dev.tessera.graph.PersonalizedPageRank;
import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.recipe.Gft;
import dev.tessera.recipe.Gqt;
import dev.tessera.recipe.NodeId;
import dev.tessera.recipe.Stag;
import dev.tessera.recipe.VqGraph;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Systems that look up what a graph network gives for a node.
final class NodeSystems {
  private static final String NODES = "nodes";
  private static final String CODES = "codes";
  private static final String VECTORS = "vectors";

  private NodeSystems() {}

  static Recipe gqt() {
    return Recipe.named(
            "gqt",
            Gqt.class,
            "GQT: each node as three codes, and those around it as a sequence",
            "arXiv 2410.13798; limei0307/GQT at 5abe7d8")
        .sizes("n - 12, codes 4096 32, dim 1024 16, levels 3 2, length 93 62")
        .weights("layers.N._codebook.embed [1 x codes x dim]")
        .with(
            Setting.choice(
                "metric",
                "Squared distance, the default of the released code, or cosine.",
                "l2",
                "cosine"))
        .with(Setting.integer("neighbours", Gqt.NEIGHBOURS, "Nodes of a sequence behind its own."))
        .with(Setting.flag("undirected", "Take each edge of the graph both ways."))
        .encode(
            List.of(
                Slot.floats(NODES, "[n x dim]", "what the graph encoder gives"),
                Slot.graph("for the sequences").orNone()),
            List.of(
                Slot.ids(CODES, "[n x levels]", "a code for each level"),
                Slot.ids("ids", "[n x levels]", "the same in one vocabulary: q K + c"),
                Slot.ids(
                    "sequences",
                    "[n x length]",
                    "with a graph: the ids of each node and of those of greatest PageRank,"
                        + " ascending; pads -1")),
            NodeSystems::gqtEncode)
        .decode(
            List.of(Slot.ids(CODES, "[n x levels]", "a code for each level", 32)),
            List.of(Slot.floats(VECTORS, "[n x dim]", "the sum of the codewords")),
            run -> {
              try (Gqt gqt = gqt(run)) {
                return Made.of(VECTORS, gqt.decode(run.ids(CODES)));
              }
            })
        .differs(
            "By cosine the stored codeword is subtracted from the residual as it is, not from the"
                + " normalised one. Pads are -1, which in the released code alias the last node.")
        .build();
  }

  private static Gqt gqt(RecipeRun run) throws IOException {
    Weights weights = run.weights();
    List<Codebook> levels = new ArrayList<>();
    while (weights.has(level(levels.size()))) {
      levels.add(codebook(weights, level(levels.size())));
    }
    return Gqt.of(
        run.tessera(), levels, Metric.valueOf(run.setting("metric").toUpperCase(Locale.ROOT)));
  }

  private static String level(int number) {
    return "layers." + number + "._codebook.embed";
  }

  private static Made gqtEncode(RecipeRun run) throws IOException {
    try (Gqt gqt = gqt(run)) {
      TokenIds codes = gqt.encode(run.matrix(NODES));
      TokenIds ids = gqt.ids(codes);
      Made made = Made.of(CODES, codes).with("ids", ids);
      if (!run.has("graph")) {
        return made;
      }
      TokenIds all = TokenIds.allocate(codes.rows());
      for (long node = 0; node < all.rows(); node++) {
        all.set(node, 0, (int) node);
      }
      TokenIds nodes =
          Gqt.nodes(
              run.graph(codes.rows()),
              all,
              run.integer("neighbours"),
              PersonalizedPageRank.defaults());
      return made.with("sequences", gqt.sequences(nodes, ids, false));
    }
  }

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
    return VqGraph.of(
        run.tessera(), codebook(run.weights(), "_codebook.embed"), run.number("temperature"));
  }

  private static Made vqGraphEncode(RecipeRun run) throws IOException {
    FloatMatrix nodes = run.matrix(NODES);
    int codes = codebook(run.weights(), "_codebook.embed").size();
    try (VqGraph vqGraph = vqGraph(run)) {
      Made made = Made.of(CODES, vqGraph.encode(nodes));
      if (!run.flag("assignment")) {
        return made;
      }
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

  static Recipe nodeId() {
    return Recipe.named(
            "nodeid",
            NodeId.class,
            "NodeID: each node as three small integers a layer of a graph network",
            "arXiv 2405.16435; LUOyk1999/NodeID at d3d5318")
        .sizes("l - 2, n - 12, codes 16 8, dim - 16, ids - 6")
        .weights(
            """
            vqs.N.layers.0._codebook.embed [codes x dim]
            vqs.N.layers.1._codebook.embed [codes x dim]
            vqs.N.layers.2._codebook.embed [codes x dim]
            """)
        .encode(
            List.of(Slot.floats("outputs", "[l x n x dim]", "what each layer gives")),
            List.of(Slot.ids("ids", "[n x ids]", "the ids of all layers side by side")),
            run -> {
              try (NodeId nodeId = NodeId.of(run.tessera(), layers(run))) {
                FloatTensor outputs = run.tensor("outputs");
                List<FloatMatrix> layers = new ArrayList<>();
                for (long layer = 0; layer < outputs.first(); layer++) {
                  layers.add(outputs.atFirst(layer));
                }
                return Made.of("ids", nodeId.encode(layers));
              }
            })
        .decode(
            List.of(Slot.ids("ids", "[n x ids]", "the ids of all layers")),
            List.of(Slot.floats(VECTORS, "[n x dim]", "the sum of the codewords of the layer")),
            NodeSystems::nodeIdDecode)
        .with(Setting.integer("layer", 0, "On the way back: the layer whose output is wanted."))
        .differs(
            "The code publishes no checkpoint, so that the names of its tensors are Tessera's:"
                + " `vqs`, a layer of the network, `layers`, a level.")
        .build();
  }

  private static Made nodeIdDecode(RecipeRun run) throws IOException {
    List<List<Codebook>> layers = layers(run);
    int layer = run.integer("layer");
    if (layer < 0 || layer >= layers.size()) {
      throw new IllegalArgumentException(
          "there are the layers 0 to %d, not %d".formatted(layers.size() - 1, layer));
    }
    int from = layers.subList(0, layer).stream().mapToInt(List::size).sum();
    int all = layers.stream().mapToInt(List::size).sum();
    TokenIds ids = run.ids("ids");
    if (ids.columns() != all) {
      throw new IllegalArgumentException(
          "the ids have %d columns, all layers together have %d levels"
              .formatted(ids.columns(), all));
    }
    try (NodeId nodeId = NodeId.of(run.tessera(), layers)) {
      TokenIds own = ids.sliceColumns(from, from + layers.get(layer).size());
      return Made.of(VECTORS, nodeId.decode(layer, own));
    }
  }

  private static List<List<Codebook>> layers(RecipeRun run) throws IOException {
    Weights weights = run.weights();
    List<List<Codebook>> layers = new ArrayList<>();
    while (weights.has("vqs." + layers.size() + "." + level(0))) {
      Weights layer = weights.under("vqs." + layers.size() + ".");
      List<Codebook> levels = new ArrayList<>();
      while (layer.has(level(levels.size()))) {
        levels.add(codebook(layer, level(levels.size())));
      }
      layers.add(levels);
    }
    return layers;
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
            "The paper speaks of cosine similarity; the released code takes the inner product with"
                + " codewords that are not normalised, which gives other codes, and so does"
                + " Tessera.")
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
