package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.QuantizerOptions;
import dev.tessera.vq.ResidualQuantizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// NodeID: each node as a few small integers, three for each layer of a graph network (Luo et al.,
/// arXiv 2405.16435). Follows `LUOyk1999/NodeID` at commit d3d5318.
///
/// Behind every layer stands a residual quantizer of three codebooks with 16 codewords or so, by
/// cosine, both sides normalised; the stored codeword is subtracted from the residual as it is. A
/// node's ids of all layers, side by side, are the features of a classifier. Thread-safe.
public final class NodeId implements AutoCloseable {
  private final LayerQuantizers quantizers;

  private NodeId(LayerQuantizers quantizers) {
    this.quantizers = quantizers;
  }

  /// A tokenizer by the weights `vqs.L.vq_layers.N._codebook.embed [1 x K x d]`: of the network's
  /// layer L the codebook of level N.
  ///
  /// @throws IOException if there is no layer, or one has no level or what is no codebook
  public static NodeId of(Tessera tessera, Weights weights) throws IOException {
    List<List<Codebook>> layers = new ArrayList<>();
    do {
      Weights layer = weights.under("vqs." + layers.size() + ".");
      layers.add(Codebooks.levels(layer, "vq_layers."));
    } while (weights.has("vqs." + layers.size() + ".vq_layers.0._codebook.embed"));
    return of(tessera, layers);
  }

  /// A tokenizer.
  ///
  /// @param layers for each layer of the network its codebooks, first level first
  /// @throws IllegalArgumentException if there is no layer, or the codebooks of one have different
  ///   columns
  public static NodeId of(Tessera tessera, List<List<Codebook>> layers) {
    List<ResidualQuantizer> quantizers = new ArrayList<>();
    for (List<Codebook> levels : layers) {
      quantizers.add(tessera.residual(levels, QuantizerOptions.of(Metric.COSINE)));
    }
    return new NodeId(new LayerQuantizers(quantizers));
  }

  /// The ids of nodes.
  ///
  /// @param outputs of each layer of the network, `[n x d]`
  /// @return `[n x levels of all layers]`, those of the first layer first
  /// @throws IllegalArgumentException if there are not as many outputs as layers, they differ in
  ///   rows, or have other columns than the codebooks
  public TokenIds encode(List<FloatMatrix> outputs) {
    return quantizers.encode(outputs);
  }

  /// The ids of one layer among those that [#encode] gives: `[n x levels of all layers] -> [n x
  /// levels]`.
  ///
  /// @throws IllegalArgumentException if there is no such layer, or the ids have other columns
  public TokenIds ofLayer(int layer, TokenIds ids) {
    return quantizers.ofLayer(layer, ids);
  }

  /// What the ids of a layer stand for: `[n x levels] -> [n x d]`.
  ///
  /// @throws IllegalArgumentException if an id is outside its codebook
  public FloatMatrix decode(int layer, TokenIds ids) {
    return quantizers.layers().get(layer).decode(ids);
  }

  /// Frees what the backends allocated for the codebooks.
  @Override
  public void close() {
    quantizers.close();
  }
}
