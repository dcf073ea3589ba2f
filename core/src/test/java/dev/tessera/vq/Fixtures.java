package dev.tessera.vq;

import dev.tessera.io.Npz;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What `make_fixtures.py` wrote.
final class Fixtures {
  private static final Npz FILE = open();

  private Fixtures() {}

  private static Npz open() {
    try {
      return Npz.open(
          Path.of(Objects.requireNonNull(Fixtures.class.getResource("quantizers.npz")).toURI()));
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static Tensor tensor(String name) {
    try {
      return FILE.tensor(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// `[rows x columns]`, more axes flattened.
  static FloatMatrix floats(String name) {
    try {
      Tensor tensor = tensor(name);
      return (tensor.shape().length > 2 ? tensor.flattenTrailing() : tensor).floats();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static TokenIds ids(String name) {
    try {
      return tensor(name).ids();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The parts of `[parts x K x dim]`.
  static List<Codebook> codebooks(String name) {
    long[] shape = tensor(name).shape();
    FloatMatrix flat = floats(name);
    List<Codebook> codebooks = new ArrayList<>();
    for (int part = 0; part < shape[0]; part++) {
      float[] row = new float[flat.columns()];
      flat.copyRow(part, row, 0);
      codebooks.add(Codebook.of(FloatMatrix.of(row, (int) shape[1], (int) shape[2])));
    }
    return codebooks;
  }
}
