package dev.tessera.cli.recipe;

import dev.tessera.graph.PersonalizedPageRank;
import dev.tessera.kernel.Metric;
import dev.tessera.recipe.Gqt;
import dev.tessera.recipe.NodeId;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Systems that look up what a graph network gives for a node level by level.
final class ResidualSystems {
  private static final String NODES = "nodes";
  private static final String CODES = "codes";
  private static final String VECTORS = "vectors";

  private ResidualSystems() {}

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
            ResidualSystems::gqtEncode)
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
    Metric metric = Metric.valueOf(run.setting("metric").toUpperCase(Locale.ROOT));
    return Gqt.of(run.tessera(), run.weights(), metric);
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

  static Recipe nodeId() {
    return Recipe.named(
            "nodeid",
            NodeId.class,
            "NodeID: each node as three small integers a layer of a graph network",
            "arXiv 2405.16435; LUOyk1999/NodeID at d3d5318")
        .sizes("l - 2, n - 12, codes 16 8, dim - 16, ids - 6")
        .weights(
            """
            vqs.N.vq_layers.0._codebook.embed [1 x codes x dim]
            vqs.N.vq_layers.1._codebook.embed [1 x codes x dim]
            vqs.N.vq_layers.2._codebook.embed [1 x codes x dim]
            """)
        .encode(
            List.of(Slot.floats("outputs", "[l x n x dim]", "what each layer gives")),
            List.of(Slot.ids("ids", "[n x ids]", "the ids of all layers side by side")),
            run -> {
              try (NodeId nodeId = NodeId.of(run.tessera(), run.weights())) {
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
            ResidualSystems::nodeIdDecode)
        .with(Setting.integer("layer", 0, "On the way back: the layer whose output is wanted."))
        .build();
  }

  private static Made nodeIdDecode(RecipeRun run) throws IOException {
    int layer = run.integer("layer");
    try (NodeId nodeId = NodeId.of(run.tessera(), run.weights())) {
      return Made.of(VECTORS, nodeId.decode(layer, nodeId.ofLayer(layer, run.ids("ids"))));
    }
  }
}
