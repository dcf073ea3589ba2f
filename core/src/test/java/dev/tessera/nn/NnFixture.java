package dev.tessera.nn;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What torch found (see `make_fixtures.py` beside the resource).
final class NnFixture {
  private final Safetensors file;

  private NnFixture(Safetensors file) {
    this.file = file;
  }

  static NnFixture open() throws IOException {
    try {
      return new NnFixture(
          Safetensors.open(
              Path.of(requireNonNull(NnFixture.class.getResource("nn.safetensors")).toURI())));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Weights weights() {
    return Weights.of(file);
  }

  /// All tensors, to be changed.
  Map<String, Tensor> tensors() throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : file.names()) {
      tensors.put(name, file.tensor(name));
    }
    return tensors;
  }

  FloatMatrix matrix(String name) throws IOException {
    return file.tensor(name).floats();
  }

  FloatMatrix vector(String name) throws IOException {
    return weights().vector(name, (int) file.tensor(name).elements());
  }

  FloatTensor tensor(String name) throws IOException {
    Tensor tensor = file.tensor(name);
    long[] shape = tensor.shape();
    return FloatTensor.of(tensor.segment(), shape[0], shape[1], (int) shape[2]);
  }

  static void assertClose(FloatMatrix found, FloatMatrix expected, double tolerance) {
    assertThat(found.rows()).isEqualTo(expected.rows());
    assertThat(found.columns()).isEqualTo(expected.columns());
    for (int row = 0; row < found.rows(); row++) {
      for (int column = 0; column < found.columns(); column++) {
        double difference = Math.abs((double) found.get(row, column) - expected.get(row, column));
        assertThat(difference)
            .as(
                "row %d column %d: expected %s, found %s",
                row, column, expected.get(row, column), found.get(row, column))
            .isLessThanOrEqualTo(tolerance);
      }
    }
  }

  static void assertClose(FloatTensor found, FloatTensor expected, double tolerance) {
    assertThat(found.first()).isEqualTo(expected.first());
    for (long i = 0; i < found.first(); i++) {
      assertClose(found.atFirst(i), expected.atFirst(i), tolerance);
    }
  }
}
