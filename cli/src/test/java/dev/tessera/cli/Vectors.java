package dev.tessera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// Vectors and files for tests.
final class Vectors {
  private Vectors() {}

  /// Normally distributed elements.
  static FloatMatrix random(long seed, int rows, int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return FloatMatrix.of(values, rows, columns);
  }

  static Path write(Path file, FloatMatrix matrix) throws IOException {
    Npy.write(file, Tensor.of(matrix));
    return file;
  }

  static int[] readIds(Path file) throws IOException {
    TokenIds ids = Npy.open(file).ids();
    return ids.toArray();
  }

  /// Nothing lies in `folder` but these, no temporary file either.
  static void assertHoldsOnly(Path folder, String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> found = files.map(file -> file.getFileName().toString()).toList();
      assertThat(found).containsExactlyInAnyOrder(names);
    }
  }
}
