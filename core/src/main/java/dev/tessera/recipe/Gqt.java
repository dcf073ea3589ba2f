package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.graph.Graph;
import dev.tessera.graph.PersonalizedPageRank;
import dev.tessera.graph.WeightOrder;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.sequence.NodeSequences;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
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
/// *ascending* order, pads -1 behind. Thread-safe.
public final class Gqt implements AutoCloseable {
  /// Stands where a sequence has no node.
  public static final int PAD = -1;

  /// Nodes of a sequence behind its first one, in the released settings.
  public static final int NEIGHBOURS = 30;

  private final ResidualQuantizer quantizer;

  private Gqt(ResidualQuantizer quantizer) {
    this.quantizer = quantizer;
  }

  /// A tokenizer by the weights `layers.N._codebook.embed [1 x K x d]` of its residual quantizer.
  ///
  /// @param metric [Metric#L2], the default of the released code, or [Metric#COSINE]
  /// @throws IOException if there is no level, or one is no codebook
  public static Gqt of(Tessera tessera, Weights weights, Metric metric) throws IOException {
    return of(tessera, Codebooks.levels(weights), metric);
  }

  /// A tokenizer.
  ///
  /// @param levels the codebooks, first level first; unit vectors for [Metric#COSINE]
  /// @param metric [Metric#L2], the default of the released code, or [Metric#COSINE]
  /// @throws IllegalArgumentException if their columns differ
  public static Gqt of(Tessera tessera, List<Codebook> levels, Metric metric) {
    return new Gqt(tessera.residual(levels, QuantizerOptions.of(metric)));
  }

  /// The codes of nodes: `[n x d] -> [n x levels]`.
  ///
  /// @throws IllegalArgumentException if there are other columns than in the codebooks
  public TokenIds encode(FloatMatrix nodes) {
    return quantizer.encode(nodes);
  }

  /// What codes stand for: `[n x levels] -> [n x d]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public FloatMatrix decode(TokenIds codes) {
    return quantizer.decode(codes);
  }

  /// The ids of codes in one vocabulary: `[n x levels] -> [n x levels]`.
  ///
  /// @throws IllegalArgumentException if a code is outside its codebook
  public TokenIds ids(TokenIds codes) {
    return quantizer.offsets().flatten(codes);
  }

  /// All codewords as the ids number them, to embed a sequence: `[levels * K x d]`.
  public Codebook vocabulary() {
    return Codebook.concatenate(quantizer.levels());
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
    return (withFeatures ? sequences.withFeature(quantizer.offsets().size()) : sequences)
        .write(nodes, ids);
  }

  /// Frees what the backends allocated for the codebooks.
  @Override
  public void close() {
    quantizer.close();
  }
}
