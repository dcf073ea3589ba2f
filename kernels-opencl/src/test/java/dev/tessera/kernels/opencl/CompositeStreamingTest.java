package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.kernels.opencl.FaultyCalls.Call;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Residual and multi-head codes in chunks, with little memory, and on devices that lack something.
@Tag("opencl")
final class CompositeStreamingTest {
  private static final int EXTENSIONS = 0x1030; // by the OpenCL specification

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  private static CompositeOperand levels(int codes, int dim) {
    FloatMatrix first = SampleVectors.of(Kind.CLUSTERED, 1, codes, dim, 3).codewords();
    FloatMatrix second = SampleVectors.of(Kind.RANDOM, 1, codes + 5, dim, 4).codewords();
    return CompositeOperand.residual(
        List.of(new NearestOperand(first, Metric.L2), new NearestOperand(second, Metric.L2)),
        List.of(first, second));
  }

  private static CompositeOperand heads(int codes, int dim) {
    return CompositeOperand.heads(levels(codes, dim).codebooks());
  }

  private static FloatMatrix points(int rows, CompositeOperand operand) {
    return SampleVectors.of(Kind.RANDOM, rows, 2, operand.columns(), 6).points();
  }

  private static CompositeKernel kernel(Backend backend, CompositeOperand operand) {
    return switch (backend.composite(operand)) {
      case Offer.Accepted<CompositeKernel>(CompositeKernel kernel) -> kernel;
      case Offer.Declined<CompositeKernel>(String reason) -> throw new AssertionError(reason);
    };
  }

  private static int[] encode(CompositeKernel kernel, FloatMatrix points, int parts) {
    TokenIds ids = TokenIds.allocate(points.rows(), parts);
    kernel.encode(points, ids);
    return ids.toArray();
  }

  private static int[] expected(CompositeOperand operand, FloatMatrix points) {
    try (Backends backends = Backends.open("scalar", new BackendOptions(2));
        CompositeKernel kernel = kernel(backends.serving().getFirst(), operand)) {
      return encode(kernel, points, operand.parts());
    }
  }

  private OpenClBackend open(BackendOptions options) {
    return new OpenClBackend(calls, SampleSearch.device(calls), options, null, 1);
  }

  @Test
  void chunksJoinAndTheCapIsHeld() {
    long cap = 500_000;
    for (CompositeOperand operand : List.of(levels(200, 24), heads(200, 24))) {
      FloatMatrix points = points(3000, operand);
      try (OpenClBackend backend = open(new BackendOptions(2).withDeviceMemoryBytes(cap));
          OpenClComposite kernel = (OpenClComposite) kernel(backend, operand)) {
        assertThat(encode(kernel, points, 2)).isEqualTo(expected(operand, points));
        assertThat(kernel.describe())
            .startsWith(operand.isResidual() ? "2 levels on the device" : "2 heads on the device");
        assertThat(kernel.counts().chunks()).isGreaterThan(2 * RowStream.SLOTS);
        assertThat(kernel.describe().contains("subtract ")).isEqualTo(operand.isResidual());
        assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(cap);
        assertThat(kernel.preparation().bytes()).isPositive();
      }
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void codebooksThatDoNotFitBesideEachOtherAreSearchedApart() {
    CompositeOperand operand = levels(900, 40);
    FloatMatrix points = points(300, operand);
    try (OpenClBackend backend = open(new BackendOptions(2).withDeviceMemoryBytes(500_000));
        CompositeKernel kernel = kernel(backend, operand)) {
      assertThat(encode(kernel, points, 2)).isEqualTo(expected(operand, points));
      assertThat(kernel.describe()).startsWith("codebooks apart, for want of float64 or memory");
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void withoutFloat64CodebooksAreSearchedApart() {
    calls.claim(EXTENSIONS, "cl_khr_byte_addressable_store\0".getBytes(StandardCharsets.US_ASCII));
    CompositeOperand operand = levels(60, 12);
    FloatMatrix points = points(100, operand);
    try (OpenClBackend backend = open(new BackendOptions(2));
        CompositeKernel kernel = kernel(backend, operand)) {
      assertThat(encode(kernel, points, 2)).isEqualTo(expected(operand, points));
      assertThat(kernel.describe()).startsWith("codebooks apart");
    }
  }

  @Test
  void whatOthersNeedMakesRoomAndComesBack() {
    CompositeOperand one = levels(200, 24);
    CompositeOperand other = heads(250, 24); // each takes more than half of what is left
    FloatMatrix onePoints = points(200, one);
    FloatMatrix otherPoints = points(200, other);
    try (OpenClBackend backend = open(new BackendOptions(2).withDeviceMemoryBytes(600_000));
        CompositeKernel first = kernel(backend, one);
        CompositeKernel second = kernel(backend, other)) {
      for (int turn = 0; turn < 2; turn++) {
        assertThat(encode(first, onePoints, 2)).isEqualTo(expected(one, onePoints));
        assertThat(encode(second, otherPoints, 2)).isEqualTo(expected(other, otherPoints));
        assertThat(first.describe()).startsWith("2 levels on the device");
        assertThat(second.describe()).startsWith("2 heads on the device");
      }
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(600_000);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aFaultSurfacesAndTheNextCallWorks() {
    CompositeOperand operand = levels(60, 12);
    FloatMatrix points = points(500, operand);
    try (OpenClBackend backend = open(new BackendOptions(2));
        CompositeKernel kernel = kernel(backend, operand)) {
      kernel.prepare();
      calls.fail(Call.LAUNCH, FaultyCalls.DEVICE_LOST, 3);
      assertThatThrownBy(() -> encode(kernel, points, 2))
          .isInstanceOf(KernelException.class)
          .hasMessageStartingWith("composite code on ");
      calls.mend();
      assertThat(encode(kernel, points, 2)).isEqualTo(expected(operand, points));
    }
    assertThat(calls.unreleased()).isZero();
  }
}
