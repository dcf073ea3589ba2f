package dev.tessera.recipe;

import dev.tessera.Tessera;
import dev.tessera.kernel.Activation;
import dev.tessera.nn.Attention;
import dev.tessera.nn.AttentionMask;
import dev.tessera.nn.LayerNorm;
import dev.tessera.nn.Linear;
import dev.tessera.nn.Mlp;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;

/// A block of a vision transformer, norms first: `x + attention(norm1(x))`, then `x +
/// mlp(norm2(x))`, with 12 heads and eps 1e-6.
final class VisionBlock implements AutoCloseable {
  private static final int HEADS = 12;
  private static final int MLP_RATIO = 4;
  private static final double EPS = 1e-6;

  private final int width;
  private final LayerNorm attentionNorm;
  private final Linear queriesKeysValues;
  private final Attention attention;
  private final Linear output;
  private final LayerNorm mlpNorm;
  private final Mlp mlp;

  private VisionBlock(
      int width,
      LayerNorm attentionNorm,
      Linear queriesKeysValues,
      Attention attention,
      Linear output,
      LayerNorm mlpNorm,
      Mlp mlp) {
    this.width = width;
    this.attentionNorm = attentionNorm;
    this.queriesKeysValues = queriesKeysValues;
    this.attention = attention;
    this.output = output;
    this.mlpNorm = mlpNorm;
    this.mlp = mlp;
  }

  static VisionBlock of(Tessera tessera, Weights weights, int width) throws IOException {
    int inner = MLP_RATIO * width;
    return new VisionBlock(
        width,
        weights.layerNorm("norm1", width, EPS),
        tessera.linear(weights, "attn.qkv", width, 3 * width, Activation.NONE),
        tessera.attention(HEADS),
        tessera.linear(weights, "attn.proj", width, width, Activation.NONE),
        weights.layerNorm("norm2", width, EPS),
        Mlp.of(
            tessera.linear(weights, "mlp.fc1", width, inner, Activation.GELU),
            tessera.linear(weights, "mlp.fc2", inner, width, Activation.NONE)));
  }

  /// `[b x n x width] -> [b x n x width]`, packed.
  FloatTensor apply(FloatTensor batch) {
    long rows = batch.first() * batch.second();
    FloatMatrix x = FloatMatrix.of(batch.segment(), rows, width);
    FloatMatrix projected = queriesKeysValues.apply(attentionNorm.apply(x));
    FloatTensor attended = FloatTensor.allocate(batch.first(), batch.second(), width);
    attention.apply(
        part(projected, 0, batch),
        part(projected, 1, batch),
        part(projected, 2, batch),
        AttentionMask.NONE,
        attended);
    FloatMatrix middle = output.apply(FloatMatrix.of(attended.segment(), rows, width));
    add(x, middle);
    FloatMatrix result = mlp.apply(mlpNorm.apply(middle));
    add(middle, result);
    return FloatTensor.of(result.segment(), batch.first(), batch.second(), width);
  }

  /// Queries, keys or values, which lie side by side.
  private FloatTensor part(FloatMatrix projected, int index, FloatTensor batch) {
    FloatTensor part = FloatTensor.allocate(batch.first(), batch.second(), width);
    FloatMatrix rows = FloatMatrix.of(part.segment(), projected.rows(), width);
    FloatMatrix source = projected.sliceColumns(index * width, (index + 1) * width);
    for (long row = 0; row < rows.rows(); row++) {
      for (int i = 0; i < width; i++) {
        rows.set(row, i, source.get(row, i));
      }
    }
    return part;
  }

  private static void add(FloatMatrix from, FloatMatrix to) {
    for (long row = 0; row < to.rows(); row++) {
      for (int i = 0; i < to.columns(); i++) {
        to.set(row, i, to.get(row, i) + from.get(row, i));
      }
    }
  }

  @Override
  public void close() {
    queriesKeysValues.close();
    output.close();
    mlp.close();
  }
}
