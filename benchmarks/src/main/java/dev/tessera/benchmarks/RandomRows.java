package dev.tessera.benchmarks;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.Seeding;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The rows that k-means with [Seeding#RANDOM] begins with, so that a peer can begin with the same:
/// the first steps of a Fisher-Yates shuffle. The rows must be distinct, as continuous random
/// vectors are.
final class RandomRows {
  private RandomRows() {}

  /// The first codewords `[codes x dim]` of `vectors [n x dim]`.
  static FloatMatrix draw(FloatMatrix vectors, int codes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[Math.toIntExact(vectors.rows())];
    Arrays.setAll(order, i -> i);
    int dim = vectors.columns();
    float[] rows = new float[codes * dim];
    for (int i = 0; i < codes; i++) {
      int j = random.nextInt(i, order.length);
      int row = order[j];
      order[j] = order[i];
      order[i] = row;
      vectors.copyRow(row, rows, i * dim);
    }
    return FloatMatrix.of(rows, codes, dim);
  }
}
