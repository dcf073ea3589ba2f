package dev.tessera.cli.recipe;

import dev.tessera.graph.Graph;
import dev.tessera.graph.LaplacianOptions;
import dev.tessera.recipe.Llaga;
import dev.tessera.recipe.Nagphormer;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Systems that start from a graph and the features of its nodes.
final class GraphSystems {
  private static final String FEATURES = "features";
  private static final String GRAPH = "graph";
  private static final String TREES = "trees";
  private static final String ROWS = "rows";
  private static final Setting UNDIRECTED =
      Setting.flag("undirected", "Take each edge of the graph both ways.");

  private GraphSystems() {}

  static Recipe nagphormer() {
    return Recipe.named(
            "nagphormer",
            Nagphormer.class,
            "NAGphormer: each node as what it sees in 0 to K hops",
            "arXiv 2206.04910; JHL-HUST/NAGphormer at dd709f9")
        .sizes("n - 12, dim - 6, tokens - 4, columns - 8")
        .with(Setting.integer("hops", 3, "K, which is 3 or 7 for citation graphs."))
        .with(
            Setting.integer(
                    "eigenvectors", 3, "How many are put behind the features: 3, 10 or 15; or 0.")
                .inExample("2"))
        .with(Setting.integer("seed", 0, "Where the search for eigenvectors begins."))
        .with(UNDIRECTED)
        .encode(
            List.of(
                Slot.floats(FEATURES, "[n x dim]", "of the nodes"),
                Slot.graph("without self loops; each edge both ways, or --undirected")),
            List.of(Slot.floats("tokens", "[n x tokens x columns]", "hop 0 first")),
            GraphSystems::nagphormer)
        .differs(
            "Signs and bases of eigenvectors are arbitrary in the released code; here they are"
                + " those of `LaplacianEncoding`, the same in every run.")
        .build();
  }

  private static Made nagphormer(RecipeRun run) throws IOException {
    FloatMatrix features = run.matrix(FEATURES);
    Graph graph = run.graph(features.rows());
    int hops = run.integer("hops");
    int eigenvectors = run.integer("eigenvectors");
    return Made.of(
        "tokens",
        eigenvectors == 0
            ? Nagphormer.tokens(run.tessera(), graph, features, hops)
            : Nagphormer.tokens(
                run.tessera(),
                graph,
                features,
                hops,
                LaplacianOptions.of(eigenvectors, run.integer("seed"))));
  }

  static Recipe llaga() {
    return Recipe.named(
            "llaga",
            Llaga.class,
            "LLaGA: a node and its surroundings as rows among text",
            "arXiv 2402.08170; VITA-Group/LLaGA at 288240f")
        .sizes("n - 12, dim 2432 6, places 111 3, width 2543 9, hidden 4096 8, c - 4")
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
        .with(
            Setting.choice(
                "template",
                "Neighbourhood detail, which takes a structure, or hop-field overview.",
                "detail",
                "overview"))
        .with(
            Setting.integer("hops", 2, "2 in the detail, 4 in the overview, as released.")
                .inExample("1"))
        .with(Setting.integer("fanout", 10, "Detail: children of a node.").inExample("2"))
        .with(Setting.integer("seed", 0, "Detail: of the sampled neighbours."))
        .with(
            Setting.choice(
                "hop-rule",
                "Overview: D^-1/2 A D^-1/2 as released, or the mean as in the paper.",
                "released",
                "paper"))
        .with(UNDIRECTED)
        .encode(
            List.of(
                Slot.floats(FEATURES, "[n x dim]", "of all nodes"),
                Slot.graph("neighbours in its order"),
                Slot.ids("centres", "[c]", "the nodes in question", 12),
                Slot.floats("structure", "[places x places]", "detail: `laplacian_2_10.pt`")
                    .orNone()),
            List.of(
                Slot.floats(ROWS, "[c x places x hidden]", "those of each node; pads are zero"),
                Slot.ids(TREES, "[c x places]", "detail: the node of each row; pads -500")),
            GraphSystems::llaga)
        .assemble(List.of(Part.TEXT, Part.NODE), GraphSystems::llagaSequence)
        .differs(
            "The overview's hops are means in the paper, and `D^-1/2 A D^-1/2` without self loops"
                + " in the released code: `--hop-rule`. The detail's structure is of a defective"
                + " matrix and cannot be computed again: it is loaded.")
        .build();
  }

  private static boolean isDetail(RecipeRun run) {
    return run.setting("template").equals("detail");
  }

  private static Made llaga(RecipeRun run) throws IOException {
    FloatMatrix features = run.matrix(FEATURES);
    Graph graph = run.graph(features.rows());
    TokenIds centres = run.ids("centres");
    try (Llaga llaga = Llaga.of(run.tessera(), run.weights())) {
      return isDetail(run)
          ? detail(run, llaga, features, graph, centres)
          : overview(run, llaga, features, graph, centres);
    }
  }

  private static Made detail(
      RecipeRun run, Llaga llaga, FloatMatrix features, Graph graph, TokenIds centres)
      throws IOException {
    FloatMatrix structure = run.matrix("structure");
    TokenIds trees =
        Llaga.trees(run.integer("hops"), run.integer("fanout"))
            .sample(graph, centres, run.integer("seed"));
    FloatTensor rows = null;
    for (long i = 0; i < trees.rows(); i++) {
      FloatMatrix one = llaga.projectDetail(features, structure, trees, i);
      rows = rows == null ? FloatTensor.allocate(trees.rows(), one.rows(), one.columns()) : rows;
      copy(one, rows, i);
    }
    return rows == null ? Made.of(TREES, trees) : Made.of(ROWS, rows).with(TREES, trees);
  }

  private static Made overview(
      RecipeRun run, Llaga llaga, FloatMatrix features, Graph graph, TokenIds centres) {
    Llaga.HopRule rule = Llaga.HopRule.valueOf(run.setting("hop-rule").toUpperCase(Locale.ROOT));
    FloatTensor hops = Llaga.overview(run.tessera(), graph, features, run.integer("hops"), rule);
    FloatTensor rows = null;
    for (long i = 0; i < centres.rows(); i++) {
      int centre = centres.get(i);
      if (centre < 0 || centre >= features.rows()) {
        throw new IllegalArgumentException(
            "row %d of the centres is node %d, the nodes are [0, %d)"
                .formatted(i, centre, features.rows()));
      }
      FloatMatrix one = llaga.projectOverview(hops.atFirst(centre));
      rows = rows == null ? FloatTensor.allocate(centres.rows(), one.rows(), one.columns()) : rows;
      copy(one, rows, i);
    }
    return rows == null ? Made.of("hops", hops) : Made.of(ROWS, rows);
  }

  private static void copy(FloatMatrix from, FloatTensor to, long place) {
    FloatMatrix target = to.atFirst(place);
    for (long row = 0; row < from.rows(); row++) {
      for (int i = 0; i < from.columns(); i++) {
        target.set(row, i, from.get(row, i));
      }
    }
  }

  private static MixedSequence llagaSequence(RecipeRun run, List<Part> parts) throws IOException {
    int hops = run.integer("hops");
    int rows = isDetail(run) ? Llaga.trees(hops, run.integer("fanout")).length() : hops + 1;
    int nodes = (int) parts.stream().filter(part -> part.kind().equals(Part.NODE)).count();
    return Placeholders.sequence(
        run, parts, Part.NODE, "<" + GRAPH + ">", Collections.nCopies(nodes, rows));
  }
}
