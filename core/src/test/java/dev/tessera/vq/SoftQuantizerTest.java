package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SoftQuantizerTest {
  private static final QuantizerOptions COSINE =
      QuantizerOptions.of(Metric.COSINE).withNormalizedQuery();

  private final Backends backends = Backends.open("scalar", new BackendOptions(2));

  @AfterEach
  void close() {
    backends.close();
  }

  @Test
  void probabilitiesMixturesAndWordsAreTorchs() throws Exception {
    Codebook words = Codebook.of(Fixtures.floats("soft_codes"));
    FloatMatrix x = Fixtures.floats("soft_x");
    SoftQuantizer soft = SoftQuantizer.of(backends, words, COSINE, 0.05);
    List<Double> cosines = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    soft.scores(x, (first, rows) -> collect(rows, cosines));
    soft.probabilities(x, (first, rows) -> collect(rows, probabilities));
    compare(cosines, "soft_cosine", 1e-12);
    compare(probabilities, "soft_probabilities", 1e-9);
    FloatMatrix mixture = soft.mix(x);
    FloatMatrix expected = Fixtures.floats("soft_mixture");
    for (int row = 0; row < x.rows(); row++) {
      for (int i = 0; i < x.columns(); i++) {
        assertThat(mixture.get(row, i)).isCloseTo(expected.get(row, i), within(1e-6f));
      }
    }
    try (Quantizer hard = Quantizer.of(backends, words, COSINE)) {
      assertThat(hard.nearest(x, 13).ids().toArray())
          .isEqualTo(Fixtures.ids("soft_words").toArray());
    }
    assertThat(soft.temperature()).isEqualTo(0.05);
    assertThat(soft.codebook()).isSameAs(words);
    assertThat(soft.options()).isSameAs(COSINE);
  }

  private static void collect(DoubleMatrix rows, List<Double> into) {
    for (double value : rows.toArray()) {
      into.add(value);
    }
  }

  private static void compare(List<Double> found, String name, double tolerance) throws Exception {
    FloatMatrix expected = Fixtures.tensor(name).floats(dev.tessera.io.Rounding.NEAREST);
    assertThat(found).hasSize((int) (expected.rows() * expected.columns()));
    for (int i = 0; i < found.size(); i++) {
      float wanted = expected.get(i / expected.columns(), i % expected.columns());
      // the fixture is read as float32
      assertThat(found.get(i)).isCloseTo(wanted, within(tolerance + 1e-7 * Math.abs(wanted)));
    }
  }

  @Test
  void scoresHaveTheBitsOfTheDefinitionInEveryTail() {
    for (int[] shape : new int[][] {{1, 1, 1}, {17, 5, 3}, {33, 64, 8}, {40, 101, 19}}) {
      SampleVectors data =
          SampleVectors.of(SampleVectors.Kind.WIDE_NORMS, shape[0], shape[1], shape[2], 9);
      Codebook codebook = Codebook.of(data.codewords());
      for (Metric metric : Metric.values()) {
        QuantizerOptions options = QuantizerOptions.of(metric);
        options = metric == Metric.COSINE ? options.withNormalizedQuery() : options;
        try (Quantizer quantizer = Quantizer.of(backends, codebook, options)) {
          Neighbours nearest = quantizer.nearest(data.points(), shape[1]);
          int[] rows = {0};
          SoftQuantizer.of(backends, codebook, options, 1)
              .scores(
                  data.points(),
                  (first, block) -> {
                    for (int row = 0; row < block.rows(); row++) {
                      for (int place = 0; place < shape[1]; place++) {
                        int code = nearest.ids().get(first + row, place);
                        assertThat(block.get(row, code))
                            .as("%s row %d code %d, seed 9", metric, first + row, code)
                            .isEqualTo(nearest.distances().get(first + row, place));
                      }
                    }
                    rows[0] += (int) block.rows();
                  });
          assertThat(rows[0]).isEqualTo(shape[0]);
        }
      }
    }
  }

  @Test
  void blocksJoinAndTheNearestIsTheMostProbable() {
    // 20,000 codes make blocks of 52 rows
    SampleVectors data = SampleVectors.of(SampleVectors.Kind.RANDOM, 150, 20_000, 3, 4);
    Codebook codebook = Codebook.of(data.codewords());
    SoftQuantizer soft = SoftQuantizer.of(backends, codebook, QuantizerOptions.L2, 0.5);
    try (Quantizer hard = Quantizer.of(backends, codebook, QuantizerOptions.L2)) {
      int[] ids = hard.encode(data.points()).toArray();
      List<Long> firsts = new ArrayList<>();
      soft.probabilities(
          data.points(),
          (first, block) -> {
            firsts.add(first);
            for (int row = 0; row < block.rows(); row++) {
              double sum = 0;
              double greatest = 0;
              for (int code = 0; code < 20_000; code++) {
                sum += block.get(row, code);
                greatest = Math.max(greatest, block.get(row, code));
              }
              assertThat(sum).isCloseTo(1, within(1e-9));
              assertThat(block.get(row, ids[(int) first + row])).isEqualTo(greatest);
            }
          });
      assertThat(firsts).containsExactly(0L, 52L, 104L);
    }
  }

  @Test
  void aNanIsAnErrorOrNanEverywhere() {
    Codebook codebook = Codebook.of(FloatMatrix.of(new float[] {1, 2, 3, 4}, 2, 2));
    FloatMatrix x = FloatMatrix.of(new float[] {1, 1, Float.NaN, 0, 2, 2}, 3, 2);
    QuantizerOptions skip = QuantizerOptions.L2.withNanPolicy(NanPolicy.SKIP);
    FloatMatrix mixture = SoftQuantizer.of(backends, codebook, skip, 1).mix(x);
    assertThat(mixture.get(1, 0)).isNaN();
    assertThat(mixture.get(2, 0)).isFinite();
    SoftQuantizer strict = SoftQuantizer.of(backends, codebook, QuantizerOptions.L2, 1);
    assertThatThrownBy(() -> strict.mix(x)).hasMessageContaining("row 1 holds NaN in column 0");
    assertThatThrownBy(() -> strict.mix(FloatMatrix.allocate(1, 3)))
        .hasMessage("the vectors have 3 columns, the codebook has 2");
    assertThatThrownBy(() -> SoftQuantizer.of(backends, codebook, skip, 0))
        .hasMessage("a temperature is above 0, not 0.0");
    assertThatThrownBy(() -> SoftQuantizer.of(backends, codebook, skip.withAllowedCodes(1), 1))
        .hasMessageContaining("Codebook.select");
  }

  @Test
  void aLowTemperatureGivesTheNearestStoredOrNormalised() {
    Codebook codebook = Codebook.of(FloatMatrix.of(new float[] {3, 4, 0, 1}, 2, 2));
    FloatMatrix x = FloatMatrix.of(new float[] {0.6f, 0.8f}, 1, 2);
    try (Tessera tessera = Tessera.open("scalar")) {
      assertThat(tessera.soft(codebook, COSINE, 1e-4).mix(x).toArray()).containsExactly(3, 4);
      QuantizerOptions unit = COSINE.withNormalizedCodes();
      assertThat(tessera.soft(codebook, unit, 1e-4).mix(x).toArray()).containsExactly(0.6f, 0.8f);
    }
  }
}
