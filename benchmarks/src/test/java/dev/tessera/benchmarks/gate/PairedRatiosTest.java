package dev.tessera.benchmarks.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tessera.benchmarks.gate.PairedRatios.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class PairedRatiosTest {
  private static final long SEED = 20_261_126;
  private static final int EXPERIMENTS = 2000;
  private static final double USUAL_TURN_NOISE = 0.05;

  private static PairedRatios of(double... ratios) {
    return new PairedRatios(DoubleStream.of(ratios).boxed().toList());
  }

  /// A machine that changes its speed for some 30 turns at a time, in company: one turn in ten is
  /// slowed.
  private static final class SharedMachine {
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final double noise;
    private final double turnNoise;
    private double speed = 1;

    /// @param noise of the JVMs, each of which has a speed of its own
    /// @param turnNoise of their turns
    SharedMachine(double noise, double turnNoise) {
      this.noise = noise;
      this.turnNoise = turnNoise;
    }

    Gate.Opener opener(double usual) {
      return () -> {
        double own = usual * Math.exp(noise * random.nextGaussian());
        return () -> {
          speed = random.nextInt(30) > 0 ? speed : speed == 1 ? 1.7 : 1;
          double neighbour = random.nextInt(10) > 0 ? 1 : 1 + random.nextDouble();
          return own * speed * neighbour * Math.exp(turnNoise * random.nextGaussian());
        };
      };
    }
  }

  private static int count(Verdict wanted, double slowdown, double noise, double turnNoise) {
    SharedMachine machine = new SharedMachine(noise, turnNoise);
    Gate gate = new Gate(7, 21, new PrintWriter(Writer.nullWriter()));
    int found = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
      try {
        PairedRatios ratios = gate.compare("", machine.opener(1), machine.opener(slowdown));
        found += ratios.verdict() == wanted ? 1 : 0;
      } catch (IOException | InterruptedException e) {
        throw new AssertionError("seed " + SEED, e);
      }
    }
    return found;
  }

  /// JVMs whose turns all take the same time each, one JVM after the other.
  private static Gate.Opener jvms(double... seconds) {
    Iterator<Double> next = DoubleStream.of(seconds).iterator();
    return () -> {
      double each = next.next();
      return () -> each;
    };
  }

  @Test
  void theMedianAndItsError() {
    assertThat(of(1.2, 0.9, 1.0).median()).isEqualTo(1.0);
    assertThat(of(1.0, 1.2, 0.9, 1.1).median()).isCloseTo(1.05, within(1e-12));
    // Distances from the median 1: .2 .1 0 .1 .2, their median .1.
    assertThat(of(0.8, 0.9, 1.0, 1.1, 1.2).bound())
        .isCloseTo(3 * 1.8 * 1.2533 * 1.4826 * 0.1 / Math.sqrt(5), within(1e-12));
    assertThat(of(1, 1, 1).bound()).isEqualTo(PairedRatios.LEAST_BOUND);
  }

  @Test
  void oneTurnBesideABusyNeighbourDecidesNothing() {
    assertThat(of(1.01, 0.99, 3.0, 1.0, 1.02, 0.98, 1.0).verdict()).isEqualTo(Verdict.SAME);
    assertThat(of(1.15, 1.14, 0.4, 1.16, 1.15, 1.13, 1.17).verdict()).isEqualTo(Verdict.SLOWER);
    assertThat(of(0.85, 0.86, 0.84, 0.85, 0.87).verdict()).isEqualTo(Verdict.FASTER);
    assertThat(of(0.7, 1.4, 0.8, 1.3, 1.0).verdict()).isEqualTo(Verdict.NOISY);
  }

  @Test
  void aSlowdownOfFifteenPercentIsCaught() {
    for (double noise : new double[] {0, 0.01, 0.03, 0.05}) {
      assertThat(count(Verdict.SLOWER, 1.15, noise, USUAL_TURN_NOISE))
          .as("noise %s, seed %d", noise, SEED)
          .isGreaterThan((int) (0.95 * EXPERIMENTS));
    }
  }

  @Test
  void noChangePasses() {
    for (double noise : new double[] {0, 0.01, 0.03}) {
      assertThat(count(Verdict.SLOWER, 1, noise, USUAL_TURN_NOISE))
          .as("noise %s, seed %d", noise, SEED)
          .isLessThan((int) (0.01 * EXPERIMENTS));
    }
  }

  @Test
  void noChangePassesWithQuieterTurnsToo() {
    for (double noise : new double[] {0.01, 0.03, 0.05}) {
      assertThat(count(Verdict.SLOWER, 1, 0.01, noise))
          .as("noise of a turn %s, seed %d", noise, SEED)
          .isLessThan((int) (0.01 * EXPERIMENTS));
    }
  }

  @Test
  void noiseAsksForMorePairs() throws Exception {
    PairedRatios ratios =
        new Gate(3, 8, new PrintWriter(Writer.nullWriter()))
            .compare("", jvms(1, 1, 1, 1, 1, 1, 1, 1), jvms(1.5, 0.6, 1, 1, 1, 1, 1, 1));

    assertThat(ratios.ratios()).hasSizeGreaterThan(3).startsWith(1.5, 0.6, 1.0);
    assertThat(ratios.verdict()).isEqualTo(Verdict.SAME);
  }

  @Test
  void whatIsNoRatioIsRefused() {
    assertThatThrownBy(() -> of()).hasMessage("expected ratios, found none");
    assertThatThrownBy(() -> of(1, 0)).hasMessage("expected positive ratios, found 0.0");
    assertThatThrownBy(() -> of(Double.NaN)).hasMessageContaining("NaN");
  }
}
