package dev.tessera.recipe;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.ResidualQuantizer;
import java.util.List;

/// A residual quantizer behind each layer of a graph network; a node's ids of all layers stand side
/// by side.
///
/// @param layers the first layer first; the same object for layers that share one
record LayerQuantizers(List<ResidualQuantizer> layers) implements AutoCloseable {
  LayerQuantizers {
    layers = List.copyOf(layers);
    if (layers.isEmpty()) {
      throw new IllegalArgumentException("a network has at least 1 layer");
    }
  }

  /// The ids of nodes by the output of each layer, `[n x d]`: `[n x levels of all layers]`.
  ///
  /// @throws IllegalArgumentException if there are not as many outputs as layers, they differ in
  ///   rows, or have other columns than the codebooks
  TokenIds encode(List<FloatMatrix> outputs) {
    if (outputs.size() != layers.size()) {
      throw new IllegalArgumentException(
          "there are %d layers and %d outputs".formatted(layers.size(), outputs.size()));
    }
    long nodes = outputs.getFirst().rows();
    TokenIds ids = TokenIds.allocate(nodes, levels(layers));
    int from = 0;
    for (int layer = 0; layer < layers.size(); layer++) {
      FloatMatrix output = outputs.get(layer);
      if (output.rows() != nodes) {
        throw new IllegalArgumentException(
            "layer 0 has %d rows, layer %d has %d".formatted(nodes, layer, output.rows()));
      }
      int levels = layers.get(layer).levels().size();
      layers.get(layer).encode(output, ids.sliceColumns(from, from + levels));
      from += levels;
    }
    return ids;
  }

  /// The ids of one layer among those of all.
  ///
  /// @throws IllegalArgumentException if there is no such layer, or the ids have other columns
  TokenIds ofLayer(int layer, TokenIds ids) {
    if (layer < 0 || layer >= layers.size()) {
      throw new IllegalArgumentException(
          "there are the layers 0 to %d, not %d".formatted(layers.size() - 1, layer));
    }
    if (ids.columns() != levels(layers)) {
      throw new IllegalArgumentException(
          "the ids have %d columns, all layers together have %d levels"
              .formatted(ids.columns(), levels(layers)));
    }
    int from = levels(layers.subList(0, layer));
    return ids.sliceColumns(from, from + layers.get(layer).levels().size());
  }

  private static int levels(List<ResidualQuantizer> some) {
    return some.stream().mapToInt(layer -> layer.levels().size()).sum();
  }

  @Override
  public void close() {
    layers.forEach(ResidualQuantizer::close);
  }
}
