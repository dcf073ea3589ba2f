package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.Tessera;
import dev.tessera.io.FormatException;
import dev.tessera.io.Npy;
import dev.tessera.io.Tensor;
import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuantizerTest {
  /// (0,0), (1,0), (0,2), (3,3)
  private static final Codebook CODEBOOK =
      Codebook.of(FloatMatrix.of(new float[] {0, 0, 1, 0, 0, 2, 3, 3}, 4, 2));

  private static final FloatMatrix VECTORS =
      FloatMatrix.of(new float[] {0.9f, 0.1f, 0.5f, 0, 2, 2.9f}, 3, 2);

  private final Tessera tessera = Tessera.open("scalar");

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void eachVectorGetsItsNearestCodewordAndTiesTheLowest() {
    try (Quantizer quantizer = tessera.quantizer(CODEBOOK)) {
      assertThat(quantizer.encode(VECTORS).toArray()).containsExactly(1, 0, 3);
      assertThat(quantizer.decode(quantizer.encode(VECTORS)).toArray())
          .containsExactly(1, 0, 0, 0, 3, 3);
    }
  }

  @Test
  void nearestGivesScoresInOrder() {
    try (Quantizer quantizer = tessera.quantizer(CODEBOOK)) {
      Neighbours neighbours = quantizer.nearest(VECTORS, 2);
      assertThat(neighbours.ids().toArray()).containsExactly(1, 0, 0, 1, 3, 2);
      assertThat(neighbours.distances().get(1, 0)).isEqualTo(0.25);
      assertThat(neighbours.distances().get(1, 1)).isEqualTo(0.25);
    }
  }

  @Test
  void onlyAllowedCodesAreGivenAndTheirIdsStay() {
    QuantizerOptions options = QuantizerOptions.L2.withAllowedCodes(3, 2, 2);
    try (Quantizer quantizer = tessera.quantizer(CODEBOOK, options)) {
      assertThat(quantizer.encode(VECTORS).toArray()).containsExactly(2, 2, 3);
      CodeRanges ranges = CodeRanges.of(new int[] {3, 0, 0}, new int[] {4, 4, 3});
      assertThat(quantizer.encode(VECTORS, ranges).toArray()).containsExactly(3, 2, 2);
      CodeRanges none = CodeRanges.of(new int[] {0, 0, 0}, new int[] {4, 2, 4});
      assertThatThrownBy(() -> quantizer.encode(VECTORS, none))
          .hasMessageContaining("row 1 has the range [0, 2), in which no code is allowed");
      assertThatThrownBy(() -> quantizer.nearest(VECTORS, 3))
          .hasMessageContaining("3 neighbours were asked for, there are 2 codes");
    }
    assertThatThrownBy(() -> tessera.quantizer(CODEBOOK, QuantizerOptions.L2.withAllowedCodes(4)))
        .hasMessageContaining("[0, 4)");
  }

  @Test
  void theQueryNormDividesScoresAndChangesNoId() {
    FloatMatrix vector = FloatMatrix.of(new float[] {0, 4}, 1, 2);
    QuantizerOptions cosine = QuantizerOptions.of(Metric.COSINE);
    try (Quantizer plain = tessera.quantizer(CODEBOOK, cosine);
        Quantizer unit = tessera.quantizer(CODEBOOK, cosine.withNormalizedQuery())) {
      assertThat(plain.nearest(vector, 1).ids().get(0)).isEqualTo(2);
      assertThat(plain.nearest(vector, 1).distances().get(0, 0)).isEqualTo(4);
      assertThat(unit.nearest(vector, 1).ids().get(0)).isEqualTo(2);
      assertThat(unit.nearest(vector, 1).distances().get(0, 0)).isEqualTo(1);
    }
    assertThatThrownBy(QuantizerOptions.L2::withNormalizedQuery)
        .isInstanceOf(IllegalStateException.class);
  }

  /// The long codeword has the greater product, the short one the greater cosine.
  @Test
  void theThreeFlagsOfPublishedSystemsAreIndependent() {
    Codebook codebook = Codebook.of(FloatMatrix.of(new float[] {6, 8, 0, 2}, 2, 2));
    FloatMatrix vector = FloatMatrix.of(new float[] {0, 5}, 1, 2);
    for (boolean normQuery : new boolean[] {false, true}) {
      for (boolean normCode : new boolean[] {false, true}) {
        for (boolean returnNormalised : new boolean[] {false, true}) {
          QuantizerOptions options = QuantizerOptions.of(normCode ? Metric.COSINE : Metric.DOT);
          options = normQuery ? options.withNormalizedQuery() : options;
          options = returnNormalised ? options.withNormalizedCodes() : options;
          try (Quantizer quantizer = tessera.quantizer(codebook, options)) {
            Neighbours nearest = quantizer.nearest(vector, 1);
            assertThat(nearest.ids().get(0)).isEqualTo(normCode ? 1 : 0);
            assertThat(nearest.distances().get(0, 0))
                .isEqualTo((normCode ? 5.0 : 40.0) / (normQuery ? 5 : 1));
            float[] stored = normCode ? new float[] {0, 2} : new float[] {6, 8};
            float[] unit = normCode ? new float[] {0, 1} : new float[] {0.6f, 0.8f};
            assertThat(quantizer.decode(nearest.ids()).toArray())
                .isEqualTo(returnNormalised ? unit : stored);
          }
        }
      }
    }
  }

  @Test
  void aNanIsAnErrorThatNamesItsPlaceOrGetsMinusOne() {
    FloatMatrix vectors = FloatMatrix.of(new float[] {0, 0, 1, Float.NaN}, 2, 2);
    try (Quantizer strict = tessera.quantizer(CODEBOOK);
        Quantizer skipping =
            tessera.quantizer(CODEBOOK, QuantizerOptions.L2.withNanPolicy(NanPolicy.SKIP))) {
      assertThatThrownBy(() -> strict.encode(vectors))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("row 1 holds NaN in column 1");
      assertThat(skipping.encode(vectors).toArray()).containsExactly(0, -1);
    }
  }

  @Test
  void shapesThatDoNotFitAreNamed() {
    try (Quantizer quantizer = tessera.quantizer(CODEBOOK)) {
      assertThatThrownBy(() -> quantizer.encode(FloatMatrix.allocate(5, 3)))
          .hasMessage("the vectors have 3 columns, the codebook has 2");
      assertThatThrownBy(
              () -> quantizer.encode(VECTORS, NearestOptions.SINGLE, TokenIds.allocate(2), null))
          .hasMessageContaining("need ids [3 x 1], not [2 x 1]");
      assertThatThrownBy(
              () ->
                  quantizer.encode(
                      VECTORS,
                      NearestOptions.SINGLE,
                      TokenIds.allocate(3),
                      DoubleMatrix.allocate(3, 2)))
          .hasMessageContaining("not [3 x 2]");
      assertThatThrownBy(
              () ->
                  quantizer.encode(
                      VECTORS, CodeRanges.of(new int[] {0, 2, 0}, new int[] {4, 2, 4})))
          .hasMessageContaining("row 1 has the range [2, 2)");
      assertThatThrownBy(
              () ->
                  quantizer.encode(
                      VECTORS, CodeRanges.of(new int[] {0, 0, 0}, new int[] {4, 4, 5})))
          .hasMessageContaining("row 2 has the range [0, 5)");
      assertThatThrownBy(() -> quantizer.decode(TokenIds.of(new int[] {0, 4})))
          .hasMessageContaining("row 1 has the id 4, which is outside [0, 4)");
    }
  }

  @Test
  void codebooksThatCannotServeAreRefused() {
    assertThatThrownBy(() -> Codebook.of(FloatMatrix.allocate(0, 4)))
        .hasMessageContaining("not [0 x 4]");
    assertThatThrownBy(() -> Codebook.of(FloatMatrix.allocate(4, 0)))
        .hasMessageContaining("not [4 x 0]");
    FloatMatrix bad = FloatMatrix.of(new float[] {1, 2, 3, Float.NEGATIVE_INFINITY}, 2, 2);
    assertThatThrownBy(() -> Codebook.of(bad)).hasMessage("codeword 1 holds -Infinity in column 1");
  }

  @Test
  void aCodebookIsACopyAndItsUnitFormHasUnitRows() {
    float[] values = {3, 4, 0, 0};
    Codebook codebook = Codebook.of(FloatMatrix.of(values, 2, 2));
    values[0] = 100;
    assertThat(codebook.codewords().get(0, 0)).isEqualTo(3);
    FloatMatrix unit = codebook.normalized().codewords();
    assertThat(unit.get(0, 0)).isCloseTo(0.6f, within(0f));
    assertThat(unit.get(1, 0)).isZero();
  }

  @Test
  void aCodebookIsSavedAndLoaded(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("codebook.npy");
    CODEBOOK.save(file);
    assertThat(Codebook.load(file).codewords().toArray()).isEqualTo(CODEBOOK.codewords().toArray());
    FloatMatrix bad = FloatMatrix.of(new float[] {1, 2, 3, Float.NaN}, 2, 2);
    Npy.write(file, Tensor.of(bad, 2, 2));
    assertThatThrownBy(() -> Codebook.load(file))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("codebook.npy")
        .hasMessageContaining("codeword 1 holds NaN in column 1");
  }

  @Test
  void theReportSaysWhoServed() {
    try (Quantizer quantizer = tessera.quantizer(CODEBOOK)) {
      quantizer.encode(VECTORS);
      quantizer.encode(VECTORS);
      KernelReport report = quantizer.report();
      assertThat(report.backends()).hasSize(1);
      KernelReport.Served served = report.backends().getFirst();
      assertThat(served.backend()).isEqualTo("scalar");
      assertThat(served.calls()).isEqualTo(2);
      assertThat(served.rows()).isEqualTo(6);
      assertThat(served.nanos()).isPositive();
      assertThat(report.declined()).isEmpty();
    }
  }
}
