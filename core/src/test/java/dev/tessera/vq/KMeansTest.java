package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class KMeansTest {
  private static FloatMatrix mixture(int n, int dim, int groups, long seed) {
    Random random = new Random(seed);
    float[] centres = new float[groups * dim];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = 10 * (float) random.nextGaussian();
    }
    float[] values = new float[n * dim];
    for (int row = 0; row < n; row++) {
      int group = random.nextInt(groups);
      for (int i = 0; i < dim; i++) {
        values[row * dim + i] = centres[group * dim + i] + 0.1f * (float) random.nextGaussian();
      }
    }
    return FloatMatrix.of(values, n, dim);
  }

  private static LearnedCodebook learn(FloatMatrix vectors, KMeansOptions options, int threads) {
    try (Tessera tessera = Tessera.open("scalar", new BackendOptions(threads))) {
      return tessera.learn(vectors, options);
    }
  }

  @ParameterizedTest
  @EnumSource(Seeding.class)
  void aSeedGivesTheSameCodebookOnAnyNumberOfThreads(Seeding seeding) {
    FloatMatrix vectors = mixture(3000, 7, 20, 1);
    KMeansOptions options = KMeansOptions.of(40, 99).withIterations(6).withSeeding(seeding);
    float[] first = learn(vectors, options, 1).codebook().codewords().toArray();
    assertThat(learn(vectors, options, 2).codebook().codewords().toArray()).isEqualTo(first);
    assertThat(learn(vectors, options, 7).codebook().codewords().toArray()).isEqualTo(first);
  }

  @Test
  void everyCodewordIsTheMeanOfItsMembersSummedInSegmentsOf512() {
    FloatMatrix vectors = mixture(5000, 3, 2, 2); // two clusters of some 2500 members
    LearnedCodebook learned = learn(vectors, KMeansOptions.of(2, 5), 2);
    assertThat(learned.converged()).isTrue();
    TokenIds ids;
    try (Tessera tessera = Tessera.open("scalar");
        Quantizer quantizer = tessera.quantizer(learned.codebook())) {
      ids = quantizer.encode(vectors);
    }
    for (int code = 0; code < 2; code++) {
      for (int column = 0; column < 3; column++) {
        float total = 0;
        float partial = 0;
        int members = 0;
        for (int row = 0; row < 5000; row++) {
          if (ids.get(row) == code) {
            if (members > 0 && members % 512 == 0) {
              total += partial;
              partial = 0;
            }
            partial = Math.fma(1.0f, vectors.get(row, column), partial);
            members++;
          }
        }
        total += partial;
        assertThat(learned.codebook().codewords().get(code, column)).isEqualTo(total / members);
      }
    }
  }

  @Test
  void wellSeparatedGroupsAreFound() {
    FloatMatrix vectors = mixture(2000, 5, 10, 3);
    LearnedCodebook learned = learn(vectors, KMeansOptions.of(10, 1), 2);
    try (Tessera tessera = Tessera.open("scalar");
        Quantizer quantizer = tessera.quantizer(learned.codebook())) {
      Neighbours nearest = quantizer.nearest(vectors, 1);
      for (long row = 0; row < 2000; row++) {
        assertThat(nearest.distances().get(row, 0)).as("row %d", row).isLessThan(1);
      }
    }
  }

  @Test
  void tooFewDistinctRowsAreCounted() {
    float[] values = new float[100];
    for (int i = 0; i < 100; i++) {
      values[i] = i % 7 == 0 ? -0.0f : i % 7;
    }
    values[1] = 0; // as -0
    FloatMatrix vectors = FloatMatrix.of(values, 100, 1);
    for (Seeding seeding : Seeding.values()) {
      assertThatThrownBy(() -> learn(vectors, KMeansOptions.of(8, 1).withSeeding(seeding), 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("8 codes were asked for, the 100 vectors have only 7 distinct rows");
      KMeansOptions most = KMeansOptions.of(Integer.MAX_VALUE, 1).withSeeding(seeding);
      assertThatThrownBy(() -> learn(vectors, most, 1))
          .hasMessage("2147483647 codes were asked for, the 100 vectors have only 7 distinct rows");
      assertThat(learn(vectors, KMeansOptions.of(7, 1).withSeeding(seeding), 1).codebook().size())
          .isEqualTo(7);
    }
  }

  @Test
  void emptyClustersAreSeededAgain() {
    // Random seeding puts most first codewords into the one dense group; far ones then take their
    // members.
    Random random = new Random(4);
    float[] values = new float[2 * 4000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * (i < 7900 ? 1e-3f : 100);
    }
    FloatMatrix vectors = FloatMatrix.of(values, 4000, 2);
    long reseeded = 0;
    for (int seed = 0; seed < 4; seed++) {
      KMeansOptions options =
          KMeansOptions.of(100, seed).withSeeding(Seeding.RANDOM).withIterations(12);
      LearnedCodebook learned = learn(vectors, options, 2);
      reseeded += learned.reseeded();
      assertThat(learn(vectors, options, 1).codebook().codewords().toArray())
          .as("seed %d", seed)
          .isEqualTo(learned.codebook().codewords().toArray());
    }
    assertThat(reseeded).isPositive();
  }

  @Test
  void sphericalKMeansGivesUnitCodewords() {
    FloatMatrix vectors = mixture(500, 6, 5, 8);
    LearnedCodebook learned = learn(vectors, KMeansOptions.of(5, 1).withMetric(Metric.COSINE), 1);
    FloatMatrix codewords = learned.codebook().codewords();
    for (int code = 0; code < 5; code++) {
      assertThat(Metric.norm(codewords.segment(), codewords.rowOffsetBytes(code), 6))
          .isBetween(1 - 1e-6, 1 + 1e-6);
    }
  }

  @Test
  void progressIsHeardAndBadInputNamed() {
    FloatMatrix vectors = mixture(300, 2, 4, 6);
    List<Integer> steps = new ArrayList<>();
    try (Tessera tessera = Tessera.open("scalar")) {
      LearnedCodebook learned =
          tessera.learn(
              vectors, KMeansOptions.of(4, 1), (iteration, changed) -> steps.add(iteration));
      assertThat(steps).hasSize(learned.iterations());
      assertThat(steps.getLast()).isEqualTo(learned.iterations());
    }
    vectors.set(17, 1, Float.POSITIVE_INFINITY);
    assertThatThrownBy(() -> learn(vectors, KMeansOptions.of(4, 1), 1))
        .hasMessage("row 17 holds Infinity in column 1");
    assertThatThrownBy(() -> KMeansOptions.of(0, 1)).hasMessageContaining("not 0");
    assertThatThrownBy(() -> KMeansOptions.of(1, 1).withMetric(Metric.DOT))
        .hasMessageContaining("not DOT");
    assertThatThrownBy(() -> learn(FloatMatrix.allocate(0, 3), KMeansOptions.of(2, 1), 1))
        .hasMessage("2 codes were asked for, the 0 vectors have only 0 distinct rows");
  }
}
