package dev.tessera.benchmarks.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class QuantityTest {
  @Test
  void threeDigitsMatter() {
    assertThat(Quantity.rate(891_234, "points")).isEqualTo("891 k points/s");
    assertThat(Quantity.rate(1_234_567, "points")).isEqualTo("1.23 M points/s");
    assertThat(Quantity.rate(999_700, "points")).isEqualTo("1.00 M points/s");
    assertThat(Quantity.rate(12.3, "points")).isEqualTo("12.3 points/s");
    assertThat(Quantity.rate(512e6, "bytes")).isEqualTo("512 MB/s");
    assertThat(Quantity.flops(1.21e12)).isEqualTo("1.21 TFLOP/s");
    assertThat(Quantity.bytes(12)).isEqualTo("12 B");
    assertThat(Quantity.bytes(1_730_000)).isEqualTo("1.73 MB");
    assertThat(Quantity.seconds(0.0735)).isEqualTo("73.5 ms");
    assertThat(Quantity.seconds(2e-7)).isEqualTo("200 ns");
    assertThat(Quantity.percent(0.374)).isEqualTo("37 %");
    assertThat(Quantity.percent(0.0123)).isEqualTo("1.23 %");
    assertThat(Quantity.times(4.018)).isEqualTo("4.02");
    assertThat(Quantity.times(9.996)).isEqualTo("10.0");
    assertThat(Quantity.plain(65536)).isEqualTo("65,536");
  }
}
