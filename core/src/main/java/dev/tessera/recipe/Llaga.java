package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.NeighbourTree;
import dev.tessera.graph.Normalization;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.EmbeddedSequence;
import dev.tessera.sequence.Splice;
import dev.tessera.sequence.TemplateRows;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.util.List;

/// LLaGA: a node and its surroundings as rows among the embeddings of text, by one of two templates
/// (Chen et al., arXiv 2402.08170). Follows `VITA-Group/LLaGA` at commit 288240f.
///
/// *Neighbourhood detail*: a tree of sampled neighbours of one shape, level by level, with pads;
/// each row is the node's features and a row of a structure matrix that belongs to the place. That
/// matrix (`laplacian_2_10.pt`) comes of an eigen-decomposition of a defective matrix and cannot be
/// computed again: it is loaded. *Hop field overview*: the features after 0 to 4 hops.
///
/// A projector as LLaVA's brings rows to the language model's width; those of pads are then set to
/// zero, the projector's bias included, and stay in the sequence. Rows take the place of the id
/// -200, for `<graph>`. Thread-safe.
///
/// ```java
/// TokenIds trees = Llaga.trees(2, 10).sample(graph, centres, 42); // [n x 111]
/// FloatMatrix rows = llaga.projectDetail(features, structure, trees, 0); // [111 x 4096]
/// int[] ids = text.prompt("Given a node-centered graph: <graph>, ...", "<graph>", Splice.PLACEHOLDER);
/// EmbeddedSequence sequence = Llaga.embed(ids, embeddings, List.of(rows));
/// ```
public final class Llaga implements AutoCloseable {
  /// The released prompt that asks what a node is.
  public static final String DESCRIBE = "Please briefly describe the center node of <graph>.";

  /// The released prompt that asks for a link.
  public static final String LINK =
      "Given two node-centered subgraphs: <graph> and <graph>, we need to predict whether these two"
          + " nodes connect with each other. Please tell me whether two center nodes in the"
          + " subgraphs should connect to each other.";

  private static final Splice SPLICE = Splice.expand(Splice.PLACEHOLDER);

  private final Mlp projector;

  private Llaga(Mlp projector) {
    this.projector = projector;
  }

  /// How a hop of the overview puts neighbours together.
  @SuppressWarnings("ImmutableEnumChecker") // a record of enums
  public enum HopRule {
    /// `D^-1/2 A D^-1/2`, degrees those of the rows, no self loops added: what the released code
    /// has for the hops that it stores.
    RELEASED(Normalization.SYMMETRIC.withDegrees(Normalization.Degrees.ROWS)),

    /// The mean over the neighbours, as the paper says.
    PAPER(Normalization.MEAN);

    private final Normalization normalization;

    HopRule(Normalization normalization) {
      this.normalization = normalization;
    }
  }

  /// LLaGA by its projector, `model.mm_projector.{weight,bias}` or `model.mm_projector.{0,2,...}`.
  ///
  /// @throws IOException if there is none, or a layer does not fit the one before it
  public static Llaga of(Tessera tessera, Weights weights) throws IOException {
    return new Llaga(Projectors.of(tessera, weights, "model.mm_projector"));
  }

  /// The trees of the neighbourhood detail: 2 hops and 10 children a node have 111 places.
  public static NeighbourTree trees(int hops, int fanout) {
    return NeighbourTree.of(hops, fanout);
  }

  /// The rows of a tree, projected, those of pads zero.
  ///
  /// @param features `[nodes x d]`
  /// @param structure `[places x s]`, loaded
  /// @param trees `[n x places]`
  /// @param row which tree
  /// @return `[places x width]`
  /// @throws IllegalArgumentException if the trees have other places than the structure has rows,
  ///   or the projector takes other columns than `d + s`
  public FloatMatrix projectDetail(
      FloatMatrix features, FloatMatrix structure, TokenIds trees, long row) {
    TemplateRows template = new TemplateRows(structure, NeighbourTree.LLAGA_PAD);
    FloatMatrix projected = projector.apply(template.write(features, trees, row));
    template.clearPads(projected, trees, row);
    return projected;
  }

  /// The features of all nodes after 0 to `hops` hops: `[n x d] -> [n x hops + 1 x d]`; 4 hops in
  /// the released settings.
  public static FloatTensor overview(
      Tessera tessera, Graph graph, FloatMatrix features, int hops, HopRule rule) {
    try (HopAggregator aggregator = tessera.hops(graph, rule.normalization)) {
      return aggregator.aggregate(features, hops);
    }
  }

  /// The rows of a node's overview, projected: `[hops + 1 x d] -> [hops + 1 x width]`.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public FloatMatrix projectOverview(FloatMatrix hops) {
    return projector.apply(hops);
  }

  /// The embeddings of a prompt, each id -200 replaced by the rows of the next graph.
  ///
  /// @param ids without pads
  /// @param embeddings the language model's, `[ids x width]`
  /// @param graphs projected, one for a node, two for a link
  /// @throws IllegalArgumentException if there are not as many graphs as placeholders; says how
  ///   many
  public static EmbeddedSequence embed(
      int[] ids, FloatMatrix embeddings, List<FloatMatrix> graphs) {
    return SPLICE.embed(ids, embeddings, graphs);
  }

  /// Frees what the backends allocated for the projector.
  @Override
  public void close() {
    projector.close();
  }
}
