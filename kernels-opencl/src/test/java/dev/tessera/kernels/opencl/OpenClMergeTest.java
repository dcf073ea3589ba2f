package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.MergeContract;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleMerges;
import dev.tessera.kernels.opencl.FaultyCalls.Call;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Byte-pair merges on the device: the contract, and what only a device has: memory that ends,
/// faults, work in flight.
@Tag("opencl")
final class OpenClMergeTest extends MergeContract {
  private static final LastingBackends DEVICE = new LastingBackends();
  private static final BackendOptions OPTIONS = new BackendOptions(2);

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  OpenClMergeTest() {
    super("opencl");
  }

  @Override
  protected Backends open(BackendOptions options) {
    return Backends.open("opencl", options, List.of(DEVICE));
  }

  @AfterAll
  static void close() {
    DEVICE.close();
  }

  private OpenClBackend open(long memoryBytes) {
    return new OpenClBackend(
        calls, SampleSearch.device(calls), OPTIONS.withDeviceMemoryBytes(memoryBytes), null, 1);
  }

  private static MergeKernel kernel(Backend backend, MergeOperand operand) {
    return switch (backend.merge(operand)) {
      case Offer.Accepted<MergeKernel>(MergeKernel kernel) -> kernel;
      case Offer.Declined<MergeKernel>(String reason) -> throw new AssertionError(reason);
    };
  }

  /// Pieces of 0 to 39 symbols, and their merges.
  private record Sample(MergeOperand operand, int[] symbols, int[] ends) {
    static Sample of(int pieces) {
      Random random = new Random(4);
      int[] ends = new int[pieces];
      int[] symbols = new int[40 * pieces];
      int end = 0;
      for (int i = 0; i < pieces; i++) {
        int[] piece = SampleMerges.piece(random, 30, random.nextInt(40));
        System.arraycopy(piece, 0, symbols, end, piece.length);
        end += piece.length;
        ends[i] = end;
      }
      MergeOperand operand = SampleMerges.of(SampleMerges.Kind.GROWN, 30, 500, 4);
      return new Sample(operand, Arrays.copyOf(symbols, end), ends);
    }

    void check(MergeKernel kernel) {
      int[] merged = symbols.clone();
      int[] lengths = new int[ends.length];
      kernel.merge(merged, ends, lengths, ends.length);
      for (int i = 0; i < ends.length; i++) {
        int begin = i == 0 ? 0 : ends[i - 1];
        assertThat(Arrays.copyOfRange(merged, begin, begin + lengths[i]))
            .as("piece %d", i)
            .isEqualTo(SampleMerges.merged(operand, Arrays.copyOfRange(symbols, begin, ends[i])));
      }
    }
  }

  @Test
  void batchesLargerThanTheMemoryStream() {
    Sample sample = Sample.of(5000);
    try (OpenClBackend backend = open(200_000);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      sample.check(kernel);
      assertThat(kernel.describe())
          .matches("[1-9]\\d+ pieces of at most 32 symbols on the device, [1-9]\\d+ longer ones.*");
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(200_000);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void rulesThatDoNotFitAreDeclinedWithTheNumbers() {
    try (OpenClBackend backend = open(10_000)) {
      assertThat(backend.merge(Sample.of(1).operand()))
          .isInstanceOfSatisfying(
              Offer.Declined.class,
              answer ->
                  assertThat(answer.reason())
                      .contains("merge rules need 16384 bytes")
                      .contains("5000 are allowed"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"CREATE_BUFFER", "BUILD", "LAUNCH", "WRITE", "READ", "AWAIT"})
  void aFaultSurfacesAndTheNextCallWorks(Call call) {
    Sample sample = Sample.of(300);
    int status = call == Call.BUILD ? FaultyCalls.BUILD_FAILURE : FaultyCalls.DEVICE_LOST;
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      calls.fail(call, status, 0);
      assertThatThrownBy(() -> sample.check(kernel))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("byte-pair merges on ")
          .hasMessageContaining(call + " (injected)");
      calls.mend();
      sample.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  /// What was merged before the memory ran out is not merged again.
  @Test
  void aCallGoesOnWhereTheMemoryRanOut() {
    Sample sample = Sample.of(4000);
    try (OpenClBackend backend = open(8 << 20);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      calls.failOnce(Call.LAUNCH, FaultyCalls.OUT_OF_MEMORY, 10);
      sample.check(kernel);
      assertThat(backend.session().allowedBytes()).isEqualTo(4 << 20);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void anInterruptInTheMiddleEndsTheCall() {
    Sample sample = Sample.of(4000);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      calls.beforeLaunch(() -> Thread.currentThread().interrupt());
      assertThatThrownBy(() -> sample.check(kernel)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      calls.beforeLaunch(() -> {});
      sample.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aKernelOfAClosedBackendSaysSo() {
    Sample sample = Sample.of(50);
    OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
    MergeKernel kernel = kernel(backend, sample.operand());
    sample.check(kernel);
    backend.close();
    assertThatThrownBy(() -> sample.check(kernel))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    kernel.close();
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void onlyAGpuIsWorthAnEstimate() {
    Sample sample = Sample.of(300);
    calls.claim(0x1000, 2); // a processor, whatever it is
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      assertThat(kernel.estimatedNanos(1000, 8000)).isInfinite();
    }
    calls.claim(0x1000, 4);
    calls.claim(0x1004, 1); // for the screen that a processor runs fast
    try (OpenClBackend backend = open(1 << 20);
        MergeKernel kernel = kernel(backend, sample.operand())) {
      double unprepared = kernel.estimatedNanos(1000, 8000);
      sample.check(kernel);
      double prepared = kernel.estimatedNanos(1000, 8000);
      assertThat(prepared).isPositive().isLessThan(unprepared);
      assertThat(kernel.estimatedNanos(2000, 16_000)).isGreaterThan(prepared);
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(1 << 20);
    }
    assertThat(calls.unreleased()).isZero();
  }
}
