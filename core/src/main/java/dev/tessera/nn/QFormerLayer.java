package dev.tessera.nn;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backends;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A layer of a [QFormer]: attention among the queries, in some layers attention to the encoder's
/// output, and the queries' own feed-forward part, each followed by the norm of its sum with what
/// came in.
final class QFormerLayer implements AutoCloseable {
  private final QFormerAttention self;
  private final @Nullable QFormerAttention cross;
  private final Linear intermediate;
  private final Linear output;
  private final LayerNorm norm;

  /// @param weights under the layer's name
  /// @param width columns of the queries
  /// @param encoderWidth columns of the encoder's output; 0 where the layer does not look at it
  QFormerLayer(
      Backends backends,
      Weights weights,
      Attention attention,
      int width,
      int encoderWidth,
      double eps)
      throws IOException {
    self =
        new QFormerAttention(backends, weights.under("attention."), attention, width, width, eps);
    cross =
        encoderWidth == 0
            ? null
            : new QFormerAttention(
                backends, weights.under("crossattention."), attention, width, encoderWidth, eps);
    int inner = Math.toIntExact(weights.matrix("intermediate_query.dense.weight").rows());
    intermediate =
        weights.linear(backends, "intermediate_query.dense", width, inner, Activation.GELU);
    output = weights.linear(backends, "output_query.dense", inner, width, Activation.NONE);
    norm = weights.layerNorm("output_query.LayerNorm", width, eps);
  }

  /// Replaces `hidden` by the layer's output.
  ///
  /// @param batch sequences in `hidden [batch*n x width]` and `encoded [batch*m x columns]`
  void apply(
      long batch,
      FloatMatrix hidden,
      FloatMatrix encoded,
      AttentionMask mask,
      QFormerScratch scratch) {
    self.apply(batch, hidden, hidden, mask, scratch);
    if (cross != null) {
      cross.apply(batch, hidden, encoded, AttentionMask.NONE, scratch);
    }
    FloatMatrix inner = scratch.intermediate.of(hidden.rows(), intermediate.outputs());
    intermediate.apply(hidden, inner);
    FloatMatrix sum = scratch.output.of(hidden.rows(), output.outputs());
    output.apply(inner, sum);
    norm.applyToSum(sum, hidden, hidden);
  }

  /// Adds its linear layers under `name`.
  void collect(String name, Map<String, Linear> layers) {
    self.collect(name + "attention", layers);
    if (cross != null) {
      cross.collect(name + "crossattention", layers);
    }
    layers.put(name + "intermediate_query.dense", intermediate);
    layers.put(name + "output_query.dense", output);
  }

  @Override
  public void close() {
    self.close();
    if (cross != null) {
      cross.close();
    }
    intermediate.close();
    output.close();
  }
}
