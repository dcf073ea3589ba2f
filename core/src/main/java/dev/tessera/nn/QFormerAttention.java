package dev.tessera.nn;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.util.Map;

/// BERT's attention part of a layer: projections, attention, an output projection, and the norm of
/// its sum with what came in.
final class QFormerAttention implements AutoCloseable {
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear dense;
  private final LayerNorm norm;
  private final Attention attention;

  /// @param weights under the part's name: `self.query` and so on
  /// @param width columns of the queries
  /// @param seen columns of what they look at
  QFormerAttention(
      Backends backends, Weights weights, Attention attention, int width, int seen, double eps)
      throws IOException {
    this.attention = attention;
    query = weights.linear(backends, "self.query", width, width, Activation.NONE);
    key = weights.linear(backends, "self.key", seen, width, Activation.NONE);
    value = weights.linear(backends, "self.value", seen, width, Activation.NONE);
    dense = weights.linear(backends, "output.dense", width, width, Activation.NONE);
    norm = weights.layerNorm("output.LayerNorm", width, eps);
  }

  /// Replaces `hidden` by the norm of itself plus its attention to `seen`.
  ///
  /// @param batch sequences in `hidden [batch*n x width]` and `seen [batch*m x columns]`
  void apply(
      long batch,
      FloatMatrix hidden,
      FloatMatrix seen,
      AttentionMask mask,
      QFormerScratch scratch) {
    int width = query.outputs();
    FloatMatrix q = scratch.query.of(hidden.rows(), width);
    FloatMatrix k = scratch.key.of(seen.rows(), width);
    FloatMatrix v = scratch.value.of(seen.rows(), width);
    FloatMatrix context = scratch.context.of(hidden.rows(), width);
    query.apply(hidden, q);
    key.apply(seen, k);
    value.apply(seen, v);
    attention.apply(
        sequences(batch, q),
        sequences(batch, k),
        sequences(batch, v),
        mask,
        sequences(batch, context));
    FloatMatrix output = scratch.output.of(hidden.rows(), width);
    dense.apply(context, output);
    norm.applyToSum(output, hidden, hidden);
  }

  private static FloatTensor sequences(long batch, FloatMatrix rows) {
    return FloatTensor.of(rows.segment(), batch, rows.rows() / batch, rows.columns());
  }

  /// Adds its layers under `name`.
  void collect(String name, Map<String, Linear> layers) {
    layers.put(name + ".self.query", query);
    layers.put(name + ".self.key", key);
    layers.put(name + ".self.value", value);
    layers.put(name + ".output.dense", dense);
  }

  @Override
  public void close() {
    query.close();
    key.close();
    value.close();
    dense.close();
  }
}
