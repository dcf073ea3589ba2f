package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import java.util.List;

/// Linear layers one after the other, each with its activation: such as LLaVA's projector
/// `mlp2x_gelu`, a GELU layer `[4096 x 1024]` and a plain one `[4096 x 4096]`, or SEED's task layer
/// with its tanh. Thread-safe. Owns its layers.
public final class Mlp implements AutoCloseable {
  private final List<Linear> layers;

  private Mlp(List<Linear> layers) {
    this.layers = layers;
  }

  /// Layers in the order in which rows go through them.
  ///
  /// @throws IllegalArgumentException if there is none, or a layer does not take what the one
  ///   before gives
  public static Mlp of(Linear... layers) {
    if (layers.length == 0) {
      throw new IllegalArgumentException("a multi-layer perceptron has at least 1 layer, not 0");
    }
    for (int i = 1; i < layers.length; i++) {
      if (layers[i].inputs() != layers[i - 1].outputs()) {
        throw new IllegalArgumentException(
            "layer %d has %d inputs, layer %d has %d outputs"
                .formatted(i, layers[i].inputs(), i - 1, layers[i - 1].outputs()));
      }
    }
    return new Mlp(List.of(layers));
  }

  /// The number of columns that it takes.
  public int inputs() {
    return layers.getFirst().inputs();
  }

  /// The number of columns that it gives.
  public int outputs() {
    return layers.getLast().outputs();
  }

  /// The layers, the first one first.
  public List<Linear> layers() {
    return layers;
  }

  /// `[n x in] -> [n x out]`, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if x has other columns
  public FloatMatrix apply(FloatMatrix x) {
    FloatMatrix rows = x;
    for (Linear layer : layers) {
      rows = layer.apply(rows);
    }
    return rows;
  }

  /// Frees what the backends allocated for the layers. Closing twice does nothing.
  @Override
  public void close() {
    layers.forEach(Linear::close);
  }
}
