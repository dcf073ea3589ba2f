package dev.tessera.vq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.vq.CodebookLosses.BetaPlacement;
import dev.tessera.vq.CodebookLosses.Terms;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CodebookLossesTest {
  private static double expected(int place) {
    return Fixtures.tensor("losses").segment().getAtIndex(ValueLayout.JAVA_DOUBLE_UNALIGNED, place);
  }

  @Test
  void commitmentAndOrthogonalityAreNumpys() {
    double commitment =
        CodebookLosses.commitment(Fixtures.floats("loss_x"), Fixtures.floats("loss_q"));
    assertThat(commitment).isCloseTo(expected(0), within(1e-12));
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    assertThat(CodebookLosses.orthogonality(heads)).isCloseTo(expected(1), within(1e-6));
    assertThat(CodebookLosses.orthogonality(heads, 9, 1))
        .isEqualTo(CodebookLosses.orthogonality(heads));
  }

  @Test
  void betaStandsWhereItIsPlaced() {
    FloatMatrix x = FloatMatrix.of(new float[] {1, 3}, 1, 2);
    FloatMatrix q = FloatMatrix.of(new float[] {1, 1}, 1, 2);
    assertThat(CodebookLosses.terms(x, q, 0.25, BetaPlacement.COMMITMENT))
        .isEqualTo(new Terms(0.5, 2));
    Terms legacy = CodebookLosses.terms(x, q, 0.25, BetaPlacement.CODEBOOK);
    assertThat(legacy).isEqualTo(new Terms(2, 0.5));
    assertThat(legacy.sum()).isEqualTo(2.5);
  }

  @Test
  void orthogonalCodewordsCostNothingAndEqualOnesMost() {
    Codebook orthogonal = Codebook.of(FloatMatrix.of(new float[] {2, 0, 0, -3}, 2, 2));
    Codebook equal = Codebook.of(FloatMatrix.of(new float[] {1, 0, 4, 0}, 2, 2));
    assertThat(CodebookLosses.orthogonality(List.of(orthogonal))).isZero();
    assertThat(CodebookLosses.orthogonality(List.of(equal))).isEqualTo(0.5);
    assertThat(CodebookLosses.orthogonality(List.of(orthogonal, equal))).isEqualTo(0.25);
  }

  @Test
  void someCodesAreChosenBySeedAndAlikeOfEveryHead() {
    List<Codebook> heads = Fixtures.codebooks("heads_codes");
    double first = CodebookLosses.orthogonality(heads, 4, 7);
    assertThat(first).isEqualTo(CodebookLosses.orthogonality(heads, 4, 7));
    assertThat(first).isNotEqualTo(CodebookLosses.orthogonality(heads, 4, 8));
    assertThat(CodebookLosses.orthogonality(heads, 1, 7)).isCloseTo(0, within(1e-6));
  }

  @Test
  void badInputIsNamed() {
    assertThatThrownBy(
            () -> CodebookLosses.commitment(FloatMatrix.allocate(1, 2), FloatMatrix.allocate(2, 2)))
        .hasMessage("the vectors are [1 x 2], the quantized ones [2 x 2]");
    assertThat(CodebookLosses.commitment(FloatMatrix.allocate(0, 2), FloatMatrix.allocate(0, 2)))
        .isZero();
    assertThatThrownBy(() -> CodebookLosses.orthogonality(List.of())).hasMessageContaining("no");
    Codebook one = Codebook.of(FloatMatrix.of(new float[] {1, 0}, 1, 2));
    Codebook two = Codebook.of(FloatMatrix.of(new float[] {1, 0, 0, 1}, 2, 2));
    assertThatThrownBy(() -> CodebookLosses.orthogonality(List.of(one, two)))
        .hasMessage("one head has 1 codewords, another 2");
    assertThatThrownBy(() -> CodebookLosses.orthogonality(List.of(one), 0, 1))
        .hasMessageContaining("not 0");
  }
}
