package dev.tessera.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static Comparison.Change change(Result before, Result after) {
    return Comparison.of(Runs.run("A", before), Runs.run("A", after)).changes().getFirst();
  }

  @Test
  void aChangeWithinTheErrorOfBothIsNoise() {
    Comparison.Change change =
        change(Runs.result("simd", 100, 6, 3), Runs.result("simd", 91, 8 * 0.91, 3));

    assertThat(change.ratio()).isCloseTo(0.91, within(1e-9));
    assertThat(change.bound()).isCloseTo(0.10, within(1e-9));
    assertThat(change.isNoise()).isTrue();
    assertThat(change(Runs.result("simd", 100, 3, 3), Runs.result("simd", 91, 3, 3)).isNoise())
        .isFalse();
  }

  @Test
  void aFewPercentAreAlwaysNoise() {
    assertThat(change(Runs.result("simd", 100, 0, 3), Runs.result("simd", 104, 0, 3)).isNoise())
        .isTrue();
    assertThat(change(Runs.result("simd", 100, 0, 3), Runs.result("simd", 106, 0, 3)).isNoise())
        .isFalse();
    assertThat(change(Runs.result("simd", 100, 0, 3), Runs.result("simd", 106, 0, 1)).isNoise())
        .as("one JVM alone says less")
        .isTrue();
  }

  @Test
  void whatOneRunAloneHasIsCounted() {
    Comparison comparison =
        Comparison.of(
            Runs.run("A", Runs.result("simd", 1, 0, 1), Runs.result("mkl", 1, 0, 1)),
            Runs.run("A", Runs.result("scalar", 1, 0, 1), Runs.result("simd", 1, 0, 1)));

    assertThat(comparison.changes()).hasSize(1);
    assertThat(comparison.onlyBefore()).isEqualTo(1);
    assertThat(comparison.onlyAfter()).isEqualTo(1);
    assertThat(comparison.differences()).isEmpty();
  }

  @Test
  void anotherMachineIsSaidSo() {
    Comparison comparison =
        Comparison.of(
            Runs.run("A", Runs.result("simd", 1, 0, 1)),
            Runs.run("B", Runs.result("simd", 1, 0, 1)));

    assertThat(comparison.differences()).containsExactly("processor A, then B");
  }
}
