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
  private final List<ResidualQuantizer> layers;

  private NodeId(List<ResidualQuantizer> layers) {
    this.layers = layers;
  }

  /// A tokenizer by the weights `layers.N._codebook.embed [1 x K x d]` of the residual quantizer
  /// behind each layer of the network.
  ///
  /// @param layers the weights of each quantizer, as in `weights.under("vqs.0.")`
  /// @throws IOException if there is no level, or one is no codebook
  public static NodeId ofWeights(Tessera tessera, List<Weights> layers) throws IOException {
    List<List<Codebook>> codebooks = new ArrayList<>();
    for (Weights weights : layers) {
      codebooks.add(Codebooks.levels(weights));
    }
    return of(tessera, codebooks);
  }

  /// A tokenizer.
  ///
  /// @param layers for each layer of the network its codebooks, first level first
  /// @throws IllegalArgumentException if there is no layer, or the codebooks of one have different
  ///   columns
  public static NodeId of(Tessera tessera, List<List<Codebook>> layers) {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a network has at least 1 layer");
    }
    List<ResidualQuantizer> quantizers = new ArrayList<>();
    for (List<Codebook> levels : layers) {
      quantizers.add(tessera.residual(levels, QuantizerOptions.of(Metric.COSINE)));
    }
    return new NodeId(List.copyOf(quantizers));
  }

  /// The ids of nodes.
  ///
  /// @param outputs of each layer of the network, `[n x d]`
  /// @return `[n x levels of all layers]`, those of the first layer first
  /// @throws IllegalArgumentException if there are not as many outputs as layers, they differ in
  ///   rows, or have other columns than the codebooks
  public TokenIds encode(List<FloatMatrix> outputs) {
    if (outputs.size() != layers.size()) {
      throw new IllegalArgumentException(
          "there are %d layers and %d outputs".formatted(layers.size(), outputs.size()));
    }
    long nodes = outputs.getFirst().rows();
    int columns = layers.stream().mapToInt(layer -> layer.levels().size()).sum();
    TokenIds ids = TokenIds.allocate(nodes, columns);
    int from = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      if (outputs.get(layer).rows() != nodes) {
        throw new IllegalArgumentException(
            "layer 0 has %d rows, layer %d has %d"
                .formatted(nodes, layer, outputs.get(layer).rows()));
      }
      int levels = layers.get(layer).levels().size();
      layers.get(layer).encode(outputs.get(layer), ids.sliceColumns(from, from + levels));
      from += levels;
    }
    return ids;
  }

  /// What the ids of a layer stand for: `[n x levels] -> [n x d]`.
  ///
  /// @throws IllegalArgumentException if an id is outside its codebook
  public FloatMatrix decode(int layer, TokenIds ids) {
    return layers.get(layer).decode(ids);
  }

  /// Frees what the backends allocated for the codebooks.
  @Override
  public void close() {
    layers.forEach(ResidualQuantizer::close);
  }
}
