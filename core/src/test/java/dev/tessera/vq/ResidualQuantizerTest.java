package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.Tessera;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResidualQuantizerTest {
  private static final QuantizerOptions COSINE = QuantizerOptions.of(Metric.COSINE);

  /// The codebooks of the contract's golden example (NodeID).
  private static final List<Codebook> GOLDEN =
      List.of(
          codebook(.13, -.13, .64, .1, -.54, .36, 1.3, .95, -.7, -1.27, -.62, .04),
          codebook(-2.33, -.22, -1.25, -.73, -.54, -.32, .41, 1.04, -.13, 1.37, -.67, .35),
          codebook(.9, .09, -.74, -.92, -.46, .22, -1.01, -.21, -.16, .54, .21, .36));

  private static final FloatMatrix X = FloatMatrix.of(new float[] {.9f, -.4f, .3f}, 1, 3);

  private final Tessera tessera = Tessera.open("scalar");

  private static Codebook codebook(double... values) {
    FloatMatrix codewords = FloatMatrix.allocate(values.length / 3, 3);
    for (int i = 0; i < values.length; i++) {
      codewords.set(i / 3, i % 3, (float) values[i]);
    }
    return Codebook.of(codewords);
  }

  @AfterEach
  void close() {
    tessera.close();
  }

  @Test
  void goldenIdsOfBothMetrics() {
    try (ResidualQuantizer l2 = tessera.residual(GOLDEN, QuantizerOptions.L2);
        ResidualQuantizer cosine = tessera.residual(GOLDEN, COSINE)) {
      assertThat(l2.encode(X).toArray()).containsExactly(1, 2, 3);
      assertThat(cosine.encode(X).toArray()).containsExactly(1, 3, 2);
    }
  }

  @Test
  void idsAndSumsAreNumpys() {
    List<Codebook> levels = Fixtures.codebooks("residual_levels");
    for (String metric : List.of("l2", "cosine")) {
      QuantizerOptions options = metric.equals("l2") ? QuantizerOptions.L2 : COSINE;
      try (ResidualQuantizer quantizer = tessera.residual(levels, options)) {
        TokenIds ids = quantizer.encode(Fixtures.floats("residual_x"));
        assertThat(ids.toArray()).isEqualTo(Fixtures.ids("residual_ids_" + metric).toArray());
        assertThat(quantizer.decode(ids).toArray())
            .isEqualTo(Fixtures.floats("residual_sum_" + metric).toArray());
      }
    }
  }

  @Test
  void levelsOneByOneGiveTheSameIds() {
    List<Codebook> levels = Fixtures.codebooks("residual_levels");
    FloatMatrix x = Fixtures.floats("residual_x");
    FloatMatrix residual = FloatMatrix.of(x.toArray(), (int) x.rows(), x.columns());
    try (ResidualQuantizer together = tessera.residual(levels, QuantizerOptions.L2)) {
      TokenIds ids = together.encode(x);
      for (int level = 0; level < 3; level++) {
        try (Quantizer single = tessera.quantizer(levels.get(level))) {
          TokenIds found = single.encode(residual);
          assertThat(found.toArray()).isEqualTo(ids.sliceColumns(level, level + 1).toArray());
          levels.get(level).subtract(found, residual);
        }
      }
    }
    Codebook codebook = Codebook.of(FloatMatrix.of(new float[] {1, 2}, 1, 2));
    FloatMatrix rows = FloatMatrix.of(new float[] {5, 5, 5, 5}, 2, 2);
    codebook.subtract(TokenIds.of(new int[] {-1, 0}), rows);
    assertThat(rows.toArray()).containsExactly(5, 5, 4, 3);
    assertThatThrownBy(() -> codebook.subtract(TokenIds.of(new int[] {0, 1}), rows))
        .hasMessage("row 1 has the id 1, which is outside [-1, 1)");
    assertThatThrownBy(() -> codebook.subtract(TokenIds.of(new int[] {0}), rows))
        .hasMessageEndingWith("are ids [1 x 1] and vectors [1 x 2], not [1 x 1] and [2 x 2]");
  }

  @Test
  void codewordsAreAddedInTheOrderOfTheLevelsInFloat32() {
    Codebook large = Codebook.of(FloatMatrix.of(new float[] {1e8f}, 1, 1));
    Codebook small = Codebook.of(FloatMatrix.of(new float[] {3}, 1, 1));
    Codebook negative = Codebook.of(FloatMatrix.of(new float[] {-1e8f}, 1, 1));
    TokenIds ids = TokenIds.of(new int[] {0, 0, 0}, 1, 3);
    try (ResidualQuantizer one =
            tessera.residual(List.of(large, small, negative), QuantizerOptions.L2);
        ResidualQuantizer other =
            tessera.residual(List.of(large, negative, small), QuantizerOptions.L2)) {
      assertThat(one.decode(ids).get(0, 0)).isEqualTo((1e8f + 3f) - 1e8f).isNotEqualTo(3);
      assertThat(other.decode(ids).get(0, 0)).isEqualTo(3);
      assertThat(other.decode(ids.sliceColumns(0, 2)).get(0, 0)).isZero();
      assertThatThrownBy(() -> one.decode(TokenIds.of(new int[4], 1, 4)))
          .hasMessage("the ids have 4 columns, there are 3 levels");
      assertThatThrownBy(() -> one.decode(TokenIds.of(new int[] {0, 1, 0}, 1, 3)))
          .hasMessage("row 0 has the id 1 in column 1, which is outside [0, 1)");
    }
  }

  @Test
  void theNormalisedCodeIsSubtractedWhereThatIsAskedFor() {
    QuantizerOptions options = COSINE.withNormalizedCodes();
    try (ResidualQuantizer quantizer = tessera.residual(GOLDEN, options)) {
      TokenIds ids = quantizer.encode(X);
      float[] residual = X.toArray();
      float[] sum = new float[3];
      for (int level = 0; level < 3; level++) {
        try (Quantizer single = tessera.quantizer(GOLDEN.get(level), COSINE)) {
          int id = single.encode(FloatMatrix.of(residual, 1, 3)).get(0);
          assertThat(ids.get(0, level)).isEqualTo(id);
          FloatMatrix unit = GOLDEN.get(level).normalized().codewords();
          for (int i = 0; i < 3; i++) {
            residual[i] -= unit.get(id, i);
            sum[i] += unit.get(id, i);
          }
        }
      }
      assertThat(quantizer.decode(ids).toArray()).isEqualTo(sum);
    }
  }

  @Test
  void levelsOverAllowedCodesOfOneCodebookKeepItsIds() {
    Codebook words = Fixtures.codebooks("residual_levels").getFirst();
    FloatMatrix x = Fixtures.floats("residual_x");
    int[] allowed = {2, 3, 5, 7, 11, 13};
    try (ResidualQuantizer some =
            tessera.residual(List.of(words, words), COSINE.withAllowedCodes(allowed));
        ResidualQuantizer selected =
            tessera.residual(List.of(words.select(allowed), words.select(allowed)), COSINE)) {
      TokenIds ids = some.encode(x);
      TokenIds places = selected.encode(x);
      for (int row = 0; row < x.rows(); row++) {
        for (int level = 0; level < 2; level++) {
          assertThat(ids.get(row, level)).isEqualTo(allowed[places.get(row, level)]);
        }
      }
      assertThat(some.decode(ids).toArray()).isEqualTo(selected.decode(places).toArray());
    }
  }

  @Test
  void aNanOrAnOverflowIsAnErrorThatNamesItsPlaceOrGetsMinusOne() {
    Codebook far = Codebook.of(FloatMatrix.of(new float[] {-3e38f}, 1, 1));
    FloatMatrix vectors = FloatMatrix.of(new float[] {1, Float.NaN, 2e38f}, 3, 1);
    QuantizerOptions skipping = QuantizerOptions.L2.withNanPolicy(NanPolicy.SKIP);
    try (ResidualQuantizer strict = tessera.residual(List.of(far, far), QuantizerOptions.L2);
        ResidualQuantizer lenient = tessera.residual(List.of(far, far), skipping)) {
      assertThat(lenient.encode(vectors).toArray()).containsExactly(0, 0, -1, -1, 0, -1);
      assertThatThrownBy(() -> strict.encode(vectors))
          .hasMessageContaining("row 1 holds NaN in column 0");
      assertThatThrownBy(() -> strict.encode(vectors.slice(2, 3)))
          .hasMessageContaining("row 0 leaves float32's range at level 1");
    }
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(() -> tessera.residual(List.of(), QuantizerOptions.L2))
        .hasMessageContaining("at least 1");
    Codebook narrow = Codebook.of(FloatMatrix.of(new float[] {1, 2}, 1, 2));
    assertThatThrownBy(
            () -> tessera.residual(List.of(GOLDEN.getFirst(), narrow), QuantizerOptions.L2))
        .hasMessage("codebook 0 has 3 columns and the metric L2, codebook 1 has 2 and L2");
    try (ResidualQuantizer quantizer = tessera.residual(GOLDEN, QuantizerOptions.L2)) {
      assertThatThrownBy(() -> quantizer.encode(FloatMatrix.allocate(5, 4)))
          .hasMessage("the vectors have 4 columns, the codebooks have 3");
      assertThatThrownBy(() -> quantizer.encode(X, TokenIds.allocate(1, 2)))
          .hasMessage("1 vectors need ids [1 x 3], not [1 x 2]");
    }
  }

  @Test
  void theReportSaysWhoServed() {
    try (ResidualQuantizer quantizer = tessera.residual(GOLDEN, QuantizerOptions.L2)) {
      quantizer.prepare();
      quantizer.encode(X);
      KernelReport.Served served = quantizer.report().backends().getFirst();
      assertThat(served.backend()).isEqualTo("scalar");
      assertThat(served.calls()).isEqualTo(1);
      assertThat(quantizer.levels()).isEqualTo(GOLDEN);
      assertThat(quantizer.options()).isSameAs(QuantizerOptions.L2);
      assertThat(quantizer.offsets().size()).isEqualTo(12);
    }
  }
}
