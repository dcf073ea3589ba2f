package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DepthClimbTest {
  private static final int[] DEPTHS = {6, 8, 10, 12, 14, 16, 20, 24};
  private static final ScreenCosts COSTS =
      new ScreenCosts(new NearestOperand(FloatMatrix.allocate(16384, 256), Metric.L2));

  /// Pairs a point, falling with the depth.
  private static double pairs(int depth) {
    return 4000 * Math.pow(0.7, depth);
  }

  private static int settledAt(int first) {
    DepthClimb climb = new DepthClimb(COSTS, DEPTHS, first);
    int depth = first;
    for (int chunk = 0; chunk < 1000; chunk++) {
      depth = climb.screened(depth, 24, (long) (24 * pairs(depth)));
    }
    return depth;
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 8, 12, 16, 24})
  void whereverItBeginsItEndsAtTheLeastCost(int first) {
    int best = DEPTHS[0];
    for (int depth : DEPTHS) {
      if (COSTS.projected(depth, pairs(depth)) < COSTS.projected(best, pairs(best))) {
        best = depth;
      }
    }
    assertThat(best).as("inside the range, or nothing is shown").isBetween(8, 20);
    assertThat(settledAt(first)).isEqualTo(best);
  }

  @Test
  void aDepthIsKeptUntilAThousandPointsHaveMeasuredIt() {
    DepthClimb climb = new DepthClimb(COSTS, DEPTHS, 12);
    assertThat(climb.screened(12, 1000, 5)).isEqualTo(12);
    assertThat(climb.screened(12, 24, 5)).isEqualTo(14);
    assertThat(climb.screened(12, 1024, 5)).as("chunks under way at the old depth").isEqualTo(14);
  }

  @Test
  void aDepthThatIsNotAmongThoseToChooseFromStays() {
    DepthClimb climb = new DepthClimb(COSTS, DEPTHS, 7);
    assertThat(climb.screened(7, 5000, 5)).isEqualTo(7);
  }
}
