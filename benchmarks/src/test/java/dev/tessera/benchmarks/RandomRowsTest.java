package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.Tessera;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import dev.tessera.vq.Codebook;
import dev.tessera.vq.KMeansOptions;
import dev.tessera.vq.Seeding;
import org.junit.jupiter.api.Test;

/// The peers must begin k-means where Tessera begins: one step from the drawn rows gives what
/// k-means gives.
class RandomRowsTest {
  private static final int ROWS = 300;
  private static final int CODES = 7;
  private static final int DIM = 5;
  private static final long SEED = 41;

  @Test
  void oneStepFromTheDrawnRowsIsTheFirstStepOfKMeans() {
    FloatMatrix vectors = new GaussianMixture(DIM, SEED).sample(ROWS);
    KMeansOptions options = new KMeansOptions(CODES, SEED, 1, Metric.L2, Seeding.RANDOM);

    try (Tessera tessera = Tessera.open("scalar")) {
      FloatMatrix learned = tessera.learn(vectors, options).codebook().codewords();
      Codebook drawn = Codebook.of(RandomRows.draw(vectors, CODES, SEED));
      TokenIds ids = tessera.quantizer(drawn).encode(vectors);

      assertThat(learned.toArray()).as("seed %d", SEED).isEqualTo(means(vectors, ids));
    }
  }

  /// Members added in ascending order in float32: fewer than 512 of them are one segment.
  private static float[] means(FloatMatrix vectors, TokenIds ids) {
    float[] means = new float[CODES * DIM];
    int[] members = new int[CODES];
    for (int row = 0; row < ROWS; row++) {
      members[ids.get(row)]++;
      for (int i = 0; i < DIM; i++) {
        means[ids.get(row) * DIM + i] += vectors.get(row, i);
      }
    }
    for (int i = 0; i < means.length; i++) {
      means[i] /= members[i / DIM];
    }
    return means;
  }
}
