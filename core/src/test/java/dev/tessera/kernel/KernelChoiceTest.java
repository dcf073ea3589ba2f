package dev.tessera.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KernelChoiceTest {
  private static final NearestOperand OPERAND =
      new NearestOperand(FloatMatrix.allocate(1, 1), Metric.L2);

  /// A backend with a fixed cost a call and a row, which writes its own mark as ids.
  private static final class Priced implements Backend, NearestKernel {
    private final String name;
    private final double nanosPerCall;
    private final double nanosPerRow;
    private final int mark;
    boolean fails;
    @Nullable String declines;

    Priced(String name, double nanosPerCall, double nanosPerRow, int mark) {
      this.name = name;
      this.nanosPerCall = nanosPerCall;
      this.nanosPerRow = nanosPerRow;
      this.mark = mark;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Offer<NearestKernel> nearest(NearestOperand operand) {
      return declines == null ? new Offer.Accepted<>(this) : new Offer.Declined<>(declines);
    }

    @Override
    public double estimatedNanos(long rows, NearestOptions options) {
      return nanosPerCall + rows * nanosPerRow;
    }

    @Override
    public boolean nearest(
        FloatMatrix points,
        NearestOptions options,
        TokenIds ids,
        @Nullable DoubleMatrix distances) {
      if (fails) {
        throw new KernelException("the device was lost");
      }
      for (long row = 0; row < ids.rows(); row++) {
        ids.set(row, 0, mark);
      }
      return false;
    }

    @Override
    public void prepare() {}

    @Override
    public Preparation preparation() {
      return Preparation.NONE;
    }

    @Override
    public String describe() {
      return "";
    }

    @Override
    public void close() {}
  }

  private static KernelChoice<NearestKernel> choiceOf(Backend... backends) {
    return new KernelChoice<>(
        List.of(backends), "this codebook", backend -> backend.nearest(OPERAND));
  }

  private static int markOf(KernelChoice<NearestKernel> choice, int rows) {
    TokenIds ids = TokenIds.allocate(rows);
    choice.call(
        rows,
        kernel -> kernel.estimatedNanos(rows, NearestOptions.SINGLE),
        kernel -> kernel.nearest(FloatMatrix.allocate(rows, 1), NearestOptions.SINGLE, ids, null));
    return ids.get(rows - 1);
  }

  @Test
  void smallCallsGoWhereStartingIsCheapAndLargeOnesWhereRowsAre() {
    Priced device = new Priced("device", 1e9, 1, 7);
    Priced plain = new Priced("plain", 0, 1e6, 3);
    try (KernelChoice<NearestKernel> choice = choiceOf(device, plain)) {
      assertThat(markOf(choice, 1)).isEqualTo(3);
      assertThat(markOf(choice, 50_000)).isEqualTo(7);
    }
  }

  @Test
  void aFailingBackendIsLeftOutAndTheCallRepeated() {
    Priced device = new Priced("device", 0, 1, 7);
    Priced plain = new Priced("plain", 0, 1e6, 3);
    device.fails = true;
    try (KernelChoice<NearestKernel> choice = choiceOf(device, plain)) {
      assertThat(markOf(choice, 10)).isEqualTo(3);
      device.fails = false;
      assertThat(markOf(choice, 10)).isEqualTo(3);
      assertThat(choice.report().declined()).containsExactly("device failed: the device was lost");
    }
  }

  @Test
  void theOnlyBackendsFailureReachesTheCaller() {
    Priced device = new Priced("device", 0, 1, 7);
    device.fails = true;
    try (KernelChoice<NearestKernel> choice = choiceOf(device)) {
      assertThatThrownBy(() -> markOf(choice, 1))
          .isInstanceOf(KernelException.class)
          .hasMessage("the device was lost");
    }
  }

  @Test
  void aDecliningBackendIsReported() {
    Priced device = new Priced("device", 0, 1, 7);
    device.declines = "no float64";
    Priced plain = new Priced("plain", 0, 1e6, 3);
    try (KernelChoice<NearestKernel> choice = choiceOf(device, plain)) {
      assertThat(markOf(choice, 1)).isEqualTo(3);
      assertThat(choice.report().declined()).containsExactly("device: no float64");
    }
    assertThatThrownBy(() -> choiceOf(device))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("no float64");
  }
}
