package dev.tessera.cli.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.tessera.tensor.TokenIds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UseChartTest {
  private static CodebookUse use(int codes, int... ids) {
    return CodebookUse.of(TokenIds.of(ids), codes);
  }

  @Test
  void countsEntropyAndPerplexity() {
    CodebookUse use = use(5, 3, 3, 0, 1);

    assertThat(use.counts()).containsExactly(1, 1, 0, 2, 0);
    assertThat(use.used()).isEqualTo(3);
    assertThat(use.entropyBits()).isCloseTo(1.5, offset(1e-12));
    assertThat(use.perplexity()).isCloseTo(Math.pow(2, 1.5), offset(1e-12));
    assertThat(use.mostUsed()).isEqualTo(3);
  }

  @Test
  void theCurveStepsDownFromTheMostUsed() {
    UseChart chart = new UseChart(use(5, 3, 3, 0, 1));

    assertThat(chart.top()).isEqualTo(2);
    assertThat(chart.line()).isEqualTo("M0 0H1V1H3V2H5");
    assertThat(chart.area()).isEqualTo("M0 0H1V1H3V2H5V2H0Z");
  }

  @ParameterizedTest
  @CsvSource({"1,6,1", "6,6,1", "7,6,2", "12,6,2", "13,6,5", "31,6,10", "110,6,20", "301,6,100"})
  void stepsAreRound(long end, int most, long step) {
    assertThat(UseChart.niceStep(end, most)).isEqualTo(step);
  }

  @ParameterizedTest
  @CsvSource({
    "1,'1'",
    "2,'1 2'",
    "3,'1 2 3'",
    "9,'1 2 4 6 8 9'",
    "64,'1 20 40 64'",
    "512,'1 100 200 300 400 512'"
  })
  void ranksDoNotCollide(int codes, String ranks) {
    String labels = new UseChart(use(codes, 0)).labelsAcross();

    assertThat(labels.replaceAll("<[^>]*>", " ").trim().replaceAll(" +", " ")).isEqualTo(ranks);
  }
}
