package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.io.Rounding;
import dev.tessera.io.Safetensors;
import dev.tessera.io.Tensor;
import dev.tessera.io.TensorLocation;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EmaCodebookTest {
  private static FloatMatrix batch(int number) {
    float[] row = new float[200];
    Fixtures.floats("ema_batches").copyRow(number, row, 0);
    return FloatMatrix.of(row, 40, 5);
  }

  private static FloatMatrix random(int rows, int dim, long seed) {
    Random random = new Random(seed);
    FloatMatrix matrix = FloatMatrix.allocate(rows, dim);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < dim; i++) {
        matrix.set(row, i, (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  private static void close(FloatMatrix found, FloatMatrix expected, String what) {
    for (int row = 0; row < expected.rows(); row++) {
      for (int i = 0; i < expected.columns(); i++) {
        assertThat(found.get(row, i))
            .as("%s of code %d, column %d", what, row, i)
            .isCloseTo(expected.get(row, i), within(2e-5f));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(EmaRule.class)
  void threeBatchesAreTorchs(EmaRule rule) {
    String name = rule.name().toLowerCase(Locale.ROOT);
    Codebook first = Codebook.of(Fixtures.floats("ema_first_" + name));
    EmaCodebook trained = EmaCodebook.of(first, 1, EmaOptions.of(rule));
    TokenIds ids = Fixtures.ids("ema_ids_" + name);
    for (int step = 0; step < 3; step++) {
      int[] codes = new int[40];
      ids.copyRow(step, codes, 0);
      assertThat(trained.update(batch(step), TokenIds.of(codes))).isZero();
    }
    assertThat(trained.step()).isEqualTo(3);
    close(trained.codebook().codewords(), Fixtures.floats("ema_codes_" + name), "codeword");
    float[] counts = trained.counts();
    Tensor expected = Fixtures.tensor("ema_counts_" + name);
    for (int code = 0; code < 6; code++) {
      assertThat(counts[code])
          .isCloseTo(
              expected.segment().getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, code), within(1e-5f));
    }
    if (rule != EmaRule.COSINE_MEAN) {
      close(trained.sums(), Fixtures.floats("ema_sums_" + name), "sum");
    }
  }

  @Test
  void rowsWithoutACodeTakeNoPart() {
    FloatMatrix x = FloatMatrix.of(new float[] {1, 1, Float.NaN, 2, 3, 3}, 3, 2);
    Codebook start = Codebook.of(FloatMatrix.of(new float[] {0, 0, 5, 5}, 2, 2));
    EmaOptions options = EmaOptions.of(EmaRule.L2).withDecay(0).withEpsilon(0);
    EmaCodebook trained = EmaCodebook.of(start, 1, options);
    trained.update(x, TokenIds.of(new int[] {0, -1, 1}));
    assertThat(trained.codebook().codewords().toArray()).containsExactly(1, 1, 3, 3);
    assertThat(trained.counts()).containsExactly(1, 1);
  }

  @Test
  void deadCodesBecomeRowsOfTheBatchDrawnBySeedAndStep() {
    FloatMatrix x = random(50, 3, 1);
    Codebook start = Codebook.of(random(8, 3, 2));
    EmaOptions options = EmaOptions.of(EmaRule.L2).withDeadCodes(2, 77);
    int[] codes = new int[50]; // all to code 0
    EmaCodebook trained = EmaCodebook.of(start, 1, options);
    assertThat(trained.update(x, TokenIds.of(codes))).isEqualTo(7);
    FloatMatrix words = trained.codebook().codewords();
    for (int code = 1; code < 8; code++) {
      int found = rowOf(x, words, code);
      assertThat(found).as("code %d", code).isNotNegative();
      for (int other = 1; other < code; other++) {
        assertThat(rowOf(x, words, other)).isNotEqualTo(found);
      }
      assertThat(trained.counts()[code]).isEqualTo(2);
      assertThat(trained.sums().get(code, 1)).isEqualTo(2 * words.get(code, 1));
    }
    EmaCodebook again = EmaCodebook.of(start, 1, options);
    again.update(x, TokenIds.of(codes));
    assertThat(again.codebook().codewords().toArray()).isEqualTo(words.toArray());
    EmaCodebook other = EmaCodebook.of(start, 1, options.withDeadCodes(2, 78));
    other.update(x, TokenIds.of(codes));
    assertThat(other.codebook().codewords().toArray()).isNotEqualTo(words.toArray());
  }

  @Test
  void fewerRowsThanDeadCodesAreDrawnRepeatedlyAndStatisticsCanStay() {
    FloatMatrix x = random(2, 3, 4);
    EmaOptions options =
        EmaOptions.of(EmaRule.COSINE_MEAN).withDeadCodes(1, 5).withStatisticsKept();
    EmaCodebook trained = EmaCodebook.of(Codebook.of(random(6, 3, 5)), 0, options);
    assertThat(trained.update(x, TokenIds.of(new int[] {0, 0}))).isEqualTo(6);
    FloatMatrix units = Codebook.of(x).normalized().codewords();
    for (int code = 0; code < 6; code++) {
      assertThat(rowOf(units, trained.codebook().codewords(), code)).isNotNegative();
    }
    assertThat(trained.counts()[0]).isCloseTo(0.4f, within(1e-6f));
    assertThat(trained.counts()[1]).isZero();
  }

  private static int rowOf(FloatMatrix rows, FloatMatrix words, int code) {
    for (int row = 0; row < rows.rows(); row++) {
      boolean equal = true;
      for (int i = 0; i < rows.columns(); i++) {
        equal &= rows.get(row, i) == words.get(code, i);
      }
      if (equal) {
        return row;
      }
    }
    return -1;
  }

  @Test
  void kMeansGivesTheFirstCodewordsWithTheirMembers() {
    FloatMatrix x = random(300, 4, 6);
    try (Tessera tessera = Tessera.open("scalar")) {
      for (EmaRule rule : EmaRule.values()) {
        EmaCodebook learned =
            tessera.train(x, KMeansOptions.of(5, 3).withIterations(4), EmaOptions.of(rule));
        float total = 0;
        for (int code = 0; code < 5; code++) {
          total += learned.counts()[code];
          assertThat(learned.sums().get(code, 2))
              .isEqualTo(learned.codebook().codewords().get(code, 2) * learned.counts()[code]);
        }
        assertThat(total).isEqualTo(300);
        if (rule.metric() == Metric.COSINE) {
          FloatMatrix words = learned.codebook().codewords();
          assertThat(Metric.norm(words.segment(), 0, 4)).isCloseTo(1, within(1e-6));
        }
      }
    }
  }

  @Test
  void trainingGoesOnFromAFileAsIfItHadNeverStopped(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.safetensors");
    EmaOptions options = EmaOptions.of(EmaRule.L2).withDecay(0.9).withDeadCodes(0.7, 12);
    EmaCodebook straight = EmaCodebook.of(Codebook.of(random(6, 5, 8)), 1, options);
    EmaCodebook stopped = EmaCodebook.of(Codebook.of(random(6, 5, 8)), 1, options);
    for (int step = 0; step < 6; step++) {
      int[] codes = new Random(step).ints(40, 0, 3).toArray();
      int replaced = straight.update(batch(step % 3), TokenIds.of(codes));
      assertThat(stopped.update(batch(step % 3), TokenIds.of(codes))).isEqualTo(replaced);
      stopped.save(file);
      stopped = EmaCodebook.load(file);
    }
    assertThat(stopped.step()).isEqualTo(6);
    assertThat(stopped.options()).isEqualTo(options);
    assertThat(stopped.counts()).isEqualTo(straight.counts());
    assertThat(stopped.sums().toArray()).isEqualTo(straight.sums().toArray());
    assertThat(stopped.codebook().codewords().toArray())
        .isEqualTo(straight.codebook().codewords().toArray());
    Codebook plain = Codebook.load(new TensorLocation(file, "embed"), Rounding.EXACT);
    assertThat(plain.codewords().toArray()).isEqualTo(straight.codebook().codewords().toArray());
  }

  @Test
  void filesThatHoldSomethingElseAreRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("state.safetensors");
    Tensor words = Tensor.of(random(3, 2, 1));
    Tensor counts = Tensor.of(FloatMatrix.of(new float[] {1, 2, 3}, 1, 3));
    EmaCodebook.of(Codebook.of(random(3, 2, 1)), 1, EmaOptions.of(EmaRule.L2)).save(file);
    Map<String, String> metadata = new LinkedHashMap<>(Safetensors.open(file).metadata());

    Safetensors.write(file, Map.of("embed", words));
    assertThatThrownBy(() -> EmaCodebook.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("state.safetensors: expected the metadata rule");
    Safetensors.write(file, Map.of("embed", words, "cluster_size", counts), metadata);
    assertThatThrownBy(() -> EmaCodebook.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("embed_avg");
    Tensor narrow = Tensor.of(random(3, 1, 1));
    Safetensors.write(
        file, Map.of("embed", words, "cluster_size", counts, "embed_avg", narrow), metadata);
    assertThatThrownBy(() -> EmaCodebook.load(file))
        .hasMessageContaining("found [3 x 2], [3 x 1] and [1 x 3]");
    Tensor negative = Tensor.of(FloatMatrix.of(new float[] {1, -2, 3}, 1, 3));
    Safetensors.write(
        file, Map.of("embed", words, "cluster_size", negative, "embed_avg", words), metadata);
    assertThatThrownBy(() -> EmaCodebook.load(file)).hasMessageContaining("found -2.0 for code 1");
    metadata.put("decay", "much");
    Safetensors.write(
        file, Map.of("embed", words, "cluster_size", counts, "embed_avg", words), metadata);
    assertThatThrownBy(() -> EmaCodebook.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("the metadata decay holds 'much'");
    metadata.put("decay", "2");
    Safetensors.write(
        file, Map.of("embed", words, "cluster_size", counts, "embed_avg", words), metadata);
    assertThatThrownBy(() -> EmaCodebook.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("a decay is within [0, 1], not 2.0");
  }

  @Test
  void badInputChangesNothingAndIsNamed() {
    Codebook start = Codebook.of(random(3, 2, 1));
    EmaCodebook trained = EmaCodebook.of(start, 1, EmaOptions.of(EmaRule.L2));
    FloatMatrix x = random(2, 2, 3);
    assertThatThrownBy(() -> trained.update(x, TokenIds.of(new int[] {0, 3})))
        .hasMessage("row 1 has the id 3, which is outside [0, 3)");
    assertThatThrownBy(() -> trained.update(x, TokenIds.of(new int[] {0})))
        .hasMessageContaining("need ids [2 x 1]");
    assertThatThrownBy(() -> trained.update(random(2, 3, 1), TokenIds.of(new int[] {0, 1})))
        .hasMessage("the vectors have 3 columns, the codebook has 2");
    x.set(1, 1, Float.NaN);
    assertThatThrownBy(() -> trained.update(x, TokenIds.of(new int[] {0, 1})))
        .hasMessage("row 1 holds NaN in column 1");
    assertThat(trained.step()).isZero();
    assertThat(trained.codebook().codewords().toArray()).isEqualTo(start.codewords().toArray());
    assertThatThrownBy(() -> EmaOptions.of(EmaRule.L2).withDecay(1.5)).hasMessageContaining("1.5");
    assertThatThrownBy(() -> EmaOptions.of(EmaRule.L2).withEpsilon(-1)).hasMessageContaining("-1");
    assertThatThrownBy(() -> EmaOptions.of(EmaRule.L2).withDeadCodes(-1, 0))
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> EmaCodebook.of(start, -1, EmaOptions.of(EmaRule.L2)))
        .hasMessageContaining("-1");
  }
}
