package dev.tessera.internal.linear;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.LinearKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumLevelsTest {
  @Test
  void soManyRoundingsHoldTheBoundAndNoMore() {
    assertThat(error(SumLevels.MOST_ROUNDINGS)).isLessThan(LinearKernel.SUM_ERROR);
    assertThat(error(SumLevels.MOST_ROUNDINGS + 1)).isGreaterThan(LinearKernel.SUM_ERROR);
  }

  private static double error(int roundings) {
    double u = roundings * 0x1p-24;
    return u / (1 - u);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128, 4096, 4097, 14336, 28672, 46208})
  void sumsOfSoManyTermsHoldIt(int terms) {
    SumLevels levels = new SumLevels(terms);
    assertThat(levels.refusal()).isNull();
    assertThat(levels.blocksTogether()).isBetween(1, levels.blocks());
    assertThat(levels.terms(levels.blocks() - 1)).isBetween(1, SumLevels.BLOCK);
  }

  @Test
  void moreAreRefusedWithTheNumbers() {
    assertThat(new SumLevels(46209).refusal())
        .isEqualTo("sums over 46209 inputs go through 168 roundings, at most 167 hold the bound");
  }
}
