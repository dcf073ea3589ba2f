package dev.tessera.benchmarks.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What is counted; how fast it goes is no matter of a test.
final class LimitsTest {
  @Test
  void threadsAddUp() throws Exception {
    double rate = ParallelRate.best(2, () -> () -> 5.0);

    assertThat(rate).isPositive().isFinite();
  }

  @Test
  void workIsCounted() {
    FmaPeak peak = new FmaPeak();
    double lanes = FmaPeak.vectorBits() / 32.0;

    assertThat(peak.twelveChains()).isEqualTo((1 << 15) * 12 * lanes * 2);
    assertThat(peak.sixteenChains()).isEqualTo((1 << 15) * 16 * lanes * 2);
    MemoryRate memory = new MemoryRate(12L << 20);
    assertThat(memory.read()).isEqualTo(3 * 4.0 * (1 << 18));
    assertThat(memory.sum()).isEqualTo((7.5f + 3.5f) * (1 << 18));
    assertThat(memory.triad()).isEqualTo(3 * 4.0 * (1 << 18));
  }
}
