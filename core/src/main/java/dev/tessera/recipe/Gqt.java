package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.HopAggregator;
import dev.tessera.graph.Normalization;
import dev.tessera.graph.PersonalizedPageRank;
import dev.tessera.graph.SelfLoops;
import dev.tessera.graph.WeightOrder;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.NodeSequences;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.QuantizerOptions;
import java.io.IOException;
import java.util.List;

/// GQT, the graph quantized tokenizer: each node as three codes, and for each node the codes of
/// those around it as a sequence (Wang et al., arXiv 2410.13798). Follows `limei0307/GQT` at commit
/// 5abe7d8, with `lucidrains/vector-quantize-pytorch` at 0d7d1aa.
///
/// A graph encoder delivers `[nodes x 1024]`. Three codebooks of 4096 codewords, each over what the
/// ones before it have left: by squared distance, or by cosine, where the *stored* codeword is
/// subtracted from the residual, which is not normalised. Codes get ids of one vocabulary, q K + c.
/// A sequence is the node itself and then the 30 nodes of greatest personalised PageRank in
/// *ascending* order, pads -1 behind.
///
/// The released code has a variant without a graph encoder, [#byHop] (`tokenizer/vq_h.py`): a code
/// for each hop, 0 to K, made of the node's features after so many hops by two layers and a
/// codebook that belong to the hop. Thread-safe.
public final class Gqt implements AutoCloseable {
  /// Stands where a sequence has no node.
  public static final int PAD = -1;

  /// Nodes of a sequence behind its first one, in the released settings.
  public static final int NEIGHBOURS = 30;

  private static final Normalization HOP_RULE =
      Normalization.SYMMETRIC.withSelfLoops(SelfLoops.ADD);

  private final GqtCodes codes;

  private Gqt(GqtCodes codes) {
    this.codes = codes;
  }

  /// A tokenizer by the weights `layers.N._codebook.embed [1 x K x d]` of its residual quantizer.
  ///
  /// @param metric [Metric#L2], the default of the released code, or [Metric#COSINE]
  /// @throws IOException if there is no level, or one is no codebook
  public static Gqt of(Tessera tessera, Weights weights, Metric metric) throws IOException {
    return of(tessera, Codebooks.levels(weights, "layers."), metric);
  }

  /// A tokenizer.
  ///
  /// @param levels the codebooks, first level first; unit vectors for [Metric#COSINE]
  /// @param metric [Metric#L2], the default of the released code, or [Metric#COSINE]
  /// @throws IllegalArgumentException if their columns differ
  public static Gqt of(Tessera tessera, List<Codebook> levels, Metric metric) {
    return new Gqt(new GqtCodes.Levels(tessera.residual(levels, QuantizerOptions.of(metric))));
  }

  /// The variant with a code for each hop, by the weights `encoder.H.{1,3}.{weight,bias}` (the
  /// released layers go from the features to 512 columns, ReLU, and to 1024) and
  /// `quantizer.H._codebook.embed [1 x K x d]`, by squared distance. It takes nodes as [#hops]
  /// gives them.
  ///
  /// @throws IOException if there is no hop, or the layers of one do not fit its codebook, or those
  ///   of hop 0
  public static Gqt byHop(Tessera tessera, Weights weights) throws IOException {
    return new Gqt(GqtCodes.Hops.of(tessera, weights));
  }

  /// What [#byHop] takes: the features of all nodes after 0 to `hops` hops side by side, by the
  /// symmetrically normalised adjacency with self loops: `[n x d] -> [n x (hops + 1) * d]`.
  ///
  /// @throws IllegalArgumentException if the graph has other nodes than there are features
  public static FloatMatrix hops(Tessera tessera, Graph graph, FloatMatrix features, int hops) {
    try (HopAggregator aggregator = tessera.hops(graph, HOP_RULE)) {
      FloatTensor tokens = aggregator.aggregate(features, hops);
      int columns = Math.toIntExact(tokens.second() * tokens.third());
      return FloatMatrix.of(tokens.segment(), tokens.first(), columns);
    }
  }

  /// The codes of nodes: `[n x d] -> [n x levels]`, or, by hop, `[n x hops * d] -> [n x hops]`.
  ///
  /// @throws IllegalArgumentException if there are other columns
  public TokenIds encode(FloatMatrix nodes) {
    return codes.encode(nodes);
  }

  /// What codes stand for, the sum of the codewords: `[n x levels] -> [n x d]`, or, by hop, the
  /// codewords side by side: `[n x hops] -> [n x hops * d]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public FloatMatrix decode(TokenIds nodeCodes) {
    return codes.decode(nodeCodes);
  }

  /// The ids of codes in one vocabulary: `[n x levels] -> [n x levels]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public TokenIds ids(TokenIds nodeCodes) {
    return codes.offsets().flatten(nodeCodes);
  }

  /// All codewords as the ids number them, to embed a sequence: `[levels * K x d]`.
  public Codebook vocabulary() {
    return Codebook.concatenate(codes.codebooks());
  }

  /// The nodes of sequences: `[n x 1] -> [n x 1 + neighbours]`, each its own first, the others by
  /// ascending weight.
  ///
  /// @throws IllegalArgumentException if one is no node of the graph; names its row
  public static TokenIds nodes(
      Graph graph, TokenIds starts, int neighbours, PersonalizedPageRank pageRank) {
    TokenIds ranked = pageRank.top(graph, starts, neighbours, WeightOrder.ASCENDING, PAD).nodes();
    TokenIds nodes = TokenIds.allocate(starts.rows(), neighbours + 1);
    for (long row = 0; row < nodes.rows(); row++) {
      nodes.set(row, 0, starts.get(row));
      for (int i = 0; i < neighbours; i++) {
        nodes.set(row, i + 1, ranked.get(row, i));
      }
    }
    return nodes;
  }

  /// The ids of sequences: each node as its ids, with one more behind them for its features where
  /// `withFeatures`, and pads for pads: `[n x m] -> [n x m * levels]`.
  ///
  /// @param nodes of each sequence
  /// @param ids of every node, `[nodes x levels]`
  public TokenIds sequences(TokenIds nodes, TokenIds ids, boolean withFeatures) {
    NodeSequences sequences = NodeSequences.of(PAD);
    return (withFeatures ? sequences.withFeature(codes.offsets().size()) : sequences)
        .write(nodes, ids);
  }

  /// Frees what the backends allocated.
  @Override
  public void close() {
    codes.close();
  }
}
