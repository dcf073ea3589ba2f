package dev.tessera.recipe;

import dev.tessera.io.Npz;
import dev.tessera.io.Tensor;
import dev.tessera.nn.Weights;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// Weights and inputs that are computed from their names, as in `make_fixtures.py`, and what the
/// systems must make of them.
final class HashedTensors {
  /// What layers' weights and biases are scaled by.
  static final double LAYER_SCALE = 0.25;

  private static final Path EXPECTED =
      Path.of("../core/src/test/resources/dev/tessera/recipe/expected.npz");

  private final String system;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /// @param system stands before all names where they are hashed, as in `seed.`
  HashedTensors(String system) {
    this.system = system;
  }

  /// Elements in `[-scale, scale)`, in float32: SplitMix64 of the name's CRC-32 and the place.
  static FloatMatrix matrix(String name, double scale, long rows, int columns) {
    CRC32 seed = new CRC32();
    seed.update(name.getBytes(StandardCharsets.UTF_8));
    FloatMatrix matrix = FloatMatrix.allocate(rows, columns);
    for (long row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        long z = (seed.getValue() << 32) + row * columns + column + 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        matrix.set(row, column, (float) (((z >>> 40) * 0x1p-23 - 1) * scale));
      }
    }
    return matrix;
  }

  static FloatMatrix matrix(String name, long rows, int columns) {
    return matrix(name, 1, rows, columns);
  }

  static FloatTensor tensor(String name, long first, long second, int third) {
    FloatMatrix rows = matrix(name, first * second, third);
    return FloatTensor.of(rows.segment(), first, second, third);
  }

  /// A weight of any shape.
  HashedTensors with(String name, long... shape) {
    return with(name, 1, shape);
  }

  private HashedTensors with(String name, double scale, long... shape) {
    long elements = 1;
    for (long axis : shape) {
      elements *= axis;
    }
    tensors.put(name, Tensor.of(matrix(system + name, scale, 1, Math.toIntExact(elements)), shape));
    return this;
  }

  /// A linear layer with a bias.
  HashedTensors withLayer(String name, int inputs, int outputs) {
    return with(name + ".weight", LAYER_SCALE, outputs, inputs)
        .with(name + ".bias", LAYER_SCALE, outputs);
  }

  /// A linear layer without a bias.
  HashedTensors withPlainLayer(String name, int inputs, int outputs) {
    return with(name + ".weight", LAYER_SCALE, outputs, inputs);
  }

  /// A norm.
  HashedTensors withNorm(String name, int columns) {
    return with(name + ".weight", columns).with(name + ".bias", columns);
  }

  /// A Q-Former of two layers.
  HashedTensors withQFormer(int queries, int width, int inner, int encoder) {
    return with("query_tokens", queries, width)
        .withQFormerBody("Qformer.bert.", width, inner, encoder);
  }

  HashedTensors withQFormerBody(String body, int width, int inner, int encoder) {
    withNorm(body + "embeddings.LayerNorm", width);
    for (int i = 0; i < 2; i++) {
      String layer = body + "encoder.layer." + i + ".";
      withAttention(layer + "attention", width, width);
      if (i == 0) {
        withAttention(layer + "crossattention", width, encoder);
      }
      withLayer(layer + "intermediate_query.dense", width, inner);
      withLayer(layer + "output_query.dense", inner, width);
      withNorm(layer + "output_query.LayerNorm", width);
    }
    return this;
  }

  private void withAttention(String name, int width, int source) {
    withLayer(name + ".self.query", width, width);
    withLayer(name + ".self.key", source, width);
    withLayer(name + ".self.value", source, width);
    withLayer(name + ".output.dense", width, width);
    withNorm(name + ".output.LayerNorm", width);
  }

  /// A weight that is given.
  HashedTensors with(String name, Tensor tensor) {
    tensors.put(name, tensor);
    return this;
  }

  HashedTensors without(String name) {
    tensors.remove(name);
    return this;
  }

  Weights weights() {
    return Weights.of(tensors);
  }

  private static Tensor expected(String name) throws IOException {
    return Npz.open(EXPECTED).tensor(name);
  }

  /// What a system must make of its input, all elements in their order.
  static float[] expectedFloats(String name) throws IOException {
    return expected(name).flattenTrailing().floats().toArray();
  }

  /// Ids that a system must give, all in their order.
  static int[] expectedIds(String name) throws IOException {
    return expected(name).flattenTrailing().ids().toArray();
  }

  static String expectedText(String name) throws IOException {
    int[] ids = expectedIds(name);
    byte[] utf8 = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      utf8[i] = (byte) ids[i];
    }
    return new String(utf8, StandardCharsets.UTF_8);
  }

  static TokenIds expectedColumn(String name) throws IOException {
    return TokenIds.of(expectedIds(name));
  }
}
