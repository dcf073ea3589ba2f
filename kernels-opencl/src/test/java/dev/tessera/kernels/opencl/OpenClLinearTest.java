package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Activation;
import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.LinearContract;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleLayer;
import dev.tessera.kernel.SampleLayer.Kind;
import dev.tessera.kernels.opencl.FaultyCalls.Call;
import dev.tessera.tensor.FloatMatrix;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Linear layers on the device: the contract, and what only a device has: memory that ends, faults,
/// work in flight.
@Tag("opencl")
final class OpenClLinearTest extends LinearContract {
  private static final LastingBackends DEVICE = new LastingBackends();
  private static final BackendOptions OPTIONS = new BackendOptions(2);
  private static final int TYPE = 0x1000;
  private static final long CPU = 2;
  private static final long GPU = 4;

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  OpenClLinearTest() {
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

  private static LinearKernel kernel(Backend backend, LinearOperand operand) {
    return switch (backend.linear(operand)) {
      case Offer.Accepted<LinearKernel>(LinearKernel kernel) -> kernel;
      case Offer.Declined<LinearKernel>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static final int N = 500;
  private static final int INPUTS = 40;
  private static final int OUTPUTS = 30;
  private static final SampleLayer LAYER = SampleLayer.of(Kind.RANDOM, N, INPUTS, OUTPUTS, true, 5);
  private static final LinearOperand OPERAND =
      new LinearOperand(LAYER.weight(), LAYER.bias(), Activation.NONE);

  private static void check(LinearKernel kernel) {
    FloatMatrix y = FloatMatrix.allocate(N, OUTPUTS);
    kernel.linear(LAYER.x(), y);
    FloatMatrix bias = Objects.requireNonNull(LAYER.bias());
    for (int row = 0; row < N; row++) {
      for (int output = 0; output < OUTPUTS; output++) {
        double sum = bias.get(0, output);
        double magnitudes = Math.abs(sum);
        for (int i = 0; i < INPUTS; i++) {
          double product = (double) LAYER.x().get(row, i) * LAYER.weight().get(output, i);
          sum += product;
          magnitudes += Math.abs(product);
        }
        assertThat(Math.abs(y.get(row, output) - sum))
            .as("row %d output %d", row, output)
            .isLessThanOrEqualTo(LinearKernel.SUM_ERROR * magnitudes);
      }
    }
  }

  @Test
  void rowsThatDoNotFitGoThroughInChunks() {
    long memory = 4L * OUTPUTS * (INPUTS + 1) + 3L * 64 * 4 * (INPUTS + OUTPUTS) + 64;
    try (OpenClBackend backend = open(memory);
        LinearKernel kernel = kernel(backend, OPERAND)) {
      check(kernel);
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(memory);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void weightsThatDoNotFitAreDeclinedWithTheNumbers() {
    try (OpenClBackend backend = open(10_000)) {
      assertThat(backend.linear(OPERAND))
          .isInstanceOfSatisfying(
              Offer.Declined.class,
              answer ->
                  assertThat(answer.reason())
                      .contains("weights [30 x 40] need 4800 bytes")
                      .contains("10000 are allowed"));
    }
  }

  @Test
  void layersTakeTurnsWhereTheMemoryHoldsOne() {
    long memory = 4L * OUTPUTS * (INPUTS + 1) + 3L * 64 * 4 * (INPUTS + OUTPUTS) + 1000;
    try (OpenClBackend backend = open(memory);
        LinearKernel first = kernel(backend, OPERAND);
        LinearKernel second = kernel(backend, OPERAND)) {
      for (int repeat = 0; repeat < 2; repeat++) {
        check(first);
        check(second);
      }
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(memory);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Call.class,
      names = {"CREATE_BUFFER", "BUILD", "LAUNCH", "WRITE", "READ", "AWAIT"})
  void aFaultSurfacesAndTheNextCallWorks(Call call) {
    int status = call == Call.BUILD ? FaultyCalls.BUILD_FAILURE : FaultyCalls.DEVICE_LOST;
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        LinearKernel kernel = kernel(backend, OPERAND)) {
      calls.fail(call, status, 0);
      assertThatThrownBy(() -> check(kernel))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("linear layer on ")
          .hasMessageContaining(call + " (injected)");
      calls.mend();
      check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void anInterruptInTheMiddleEndsTheCall() {
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        LinearKernel kernel = kernel(backend, OPERAND)) {
      kernel.prepare();
      calls.beforeLaunch(() -> Thread.currentThread().interrupt());
      assertThatThrownBy(() -> check(kernel)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      calls.beforeLaunch(() -> {});
      check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aKernelOfAClosedBackendSaysSo() {
    OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
    LinearKernel kernel = kernel(backend, OPERAND);
    check(kernel);
    backend.close();
    assertThatThrownBy(() -> check(kernel))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    kernel.close();
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void onlyAGpuIsWorthAnEstimate() {
    calls.claim(TYPE, CPU);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        LinearKernel kernel = kernel(backend, OPERAND)) {
      assertThat(kernel.estimatedNanos(100)).isInfinite();
    }
    calls.claim(TYPE, GPU);
    try (OpenClBackend backend = open(16 << 20);
        LinearKernel kernel = kernel(backend, OPERAND)) {
      double unprepared = kernel.estimatedNanos(100);
      kernel.prepare();
      double prepared = kernel.estimatedNanos(100);
      assertThat(prepared).isPositive().isLessThan(unprepared);
      assertThat(kernel.estimatedNanos(1_000_000)).isGreaterThan(prepared);
      check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }
}
