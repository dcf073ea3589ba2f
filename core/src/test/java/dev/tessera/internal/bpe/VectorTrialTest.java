package dev.tessera.internal.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VectorTrialTest {
  private static final int SECOND = 1_000_000_000;

  private final VectorTrial trial = new VectorTrial();

  @Test
  void plainLoopsComeFirst() {
    assertThat(trial.isDue()).isFalse();
    trial.plain(100, 10);
    assertThat(trial.isDue()).isTrue();
    assertThat(trial.isFast()).isFalse();
  }

  @Test
  void vectorCodeGetsNoMoreTimeThanPlainLoops() {
    trial.plain(100, 10);
    trial.vectors(90, 1);
    assertThat(trial.isDue()).isTrue();
    trial.vectors(10, 1);
    assertThat(trial.isDue()).isFalse();
    trial.plain(100, 10);
    assertThat(trial.isDue()).isTrue();
  }

  @Test
  void threeWinsInARowDecide() {
    trial.plain(100, 10); // 10 a piece of work
    trial.vectors(9, 1);
    trial.vectors(9, 1);
    trial.vectors(11, 1);
    trial.vectors(9, 1);
    trial.vectors(9, 1);
    assertThat(trial.isFast()).isFalse();
    trial.vectors(9, 1);
    assertThat(trial.isFast()).isTrue();
    trial.vectors(50, 1);
    assertThat(trial.isFast()).isTrue();
  }

  @Test
  void vectorCodeThatIsNeverFasterIsGivenUp() {
    trial.plain(100L * SECOND, SECOND);
    for (int i = 0; i < 3; i++) {
      assertThat(trial.isDue()).isTrue();
      trial.vectors(SECOND, 1);
    }
    assertThat(trial.isDue()).isFalse();
  }
}
