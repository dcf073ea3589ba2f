package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.HopContract;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.SampleGraph;
import dev.tessera.kernels.opencl.FaultyCalls.Call;
import dev.tessera.tensor.FloatMatrix;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Hop aggregation on the device: the contract, and what only a device has: memory that ends,
/// faults, work in flight.
@Tag("opencl")
final class OpenClHopTest extends HopContract {
  private static final LastingBackends DEVICE = new LastingBackends();
  private static final BackendOptions OPTIONS = new BackendOptions(2);
  private static final int TYPE = 0x1000;
  private static final int EXTENSIONS = 0x1030;
  private static final int SINGLE_FP_CONFIG = 0x101B;
  private static final long CPU = 2;
  private static final long GPU = 4;

  private final FaultyCalls calls = new FaultyCalls(new JoclCalls());

  OpenClHopTest() {
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

  private static HopKernel kernel(Backend backend, HopOperand operand) {
    return switch (backend.hop(operand)) {
      case Offer.Accepted<HopKernel>(HopKernel kernel) -> kernel;
      case Offer.Declined<HopKernel>(String reason) -> throw new AssertionError(reason);
    };
  }

  /// Two hops over a graph with long rows, whose bits are compared.
  ///
  /// @param features `[nodes x dim]`
  private record Sample(SampleGraph graph, float[] features, int dim) {
    static Sample of(int nodes, int dim) {
      SampleGraph graph = SampleGraph.of(SampleGraph.Kind.POWER_LAW, nodes, 5);
      float[] features = new float[nodes * dim];
      Random random = new Random(6);
      for (int i = 0; i < features.length; i++) {
        features[i] = (float) random.nextGaussian();
      }
      return new Sample(graph, features, dim);
    }

    HopOperand operand() {
      return graph.operand(Aggregation.SUM, true);
    }

    void check(HopKernel kernel) {
      int nodes = graph.nodes();
      FloatMatrix[] hops = {FloatMatrix.allocate(nodes, dim), FloatMatrix.allocate(nodes, dim)};
      kernel.aggregate(FloatMatrix.of(features, nodes, dim), hops, RowOrder.CALLER);
      float[][] expected = graph.hops(features, dim, 2, Aggregation.SUM, true);
      for (int hop = 0; hop < hops.length; hop++) {
        assertThat(hops[hop].toArray()).as("hop %d", hop + 1).isEqualTo(expected[hop]);
      }
    }
  }

  @Test
  void featuresThatDoNotFitGoThroughInSlabsOfColumns() {
    Sample sample = Sample.of(2000, 50);
    int edges = sample.graph.edges();
    for (int columns : new int[] {24, 7, 1}) {
      long memory = 8L * edges + 2000 * (20 + 2L * columns * Float.BYTES) + 200_000;
      try (OpenClBackend backend = open(memory);
          HopKernel kernel = kernel(backend, sample.operand())) {
        sample.check(kernel);
        assertThat(kernel.describe()).contains("rows in segments, 50 columns in ");
        assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(memory);
      }
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aGraphThatDoesNotFitIsDeclinedWithTheNumbers() {
    Sample sample = Sample.of(2000, 50);
    try (OpenClBackend backend = open(100_000)) {
      assertThat(backend.hop(sample.operand()))
          .isInstanceOfSatisfying(
              Offer.Declined.class,
              answer ->
                  assertThat(answer.reason())
                      .contains(
                          "a graph of 2000 nodes and %d edges needs "
                              .formatted(sample.graph.edges()))
                      .contains("100000 are allowed"));
    }
  }

  @Test
  void meansWithoutCorrectDivisionAreDeclined() {
    calls.claim(
        EXTENSIONS,
        "cl_khr_byte_addressable_store\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    calls.claim(SINGLE_FP_CONFIG, 1 + 2 + 4 + 32);
    HopOperand operand = Sample.of(100, 3).graph.operand(Aggregation.MEAN, false);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY)) {
      assertThat(backend.hop(operand))
          .isInstanceOfSatisfying(
              Offer.Declined.class,
              answer -> assertThat(answer.reason()).contains("correctly rounded division"));
    }
  }

  @Test
  void withoutFloat64MeansAreDividedInFloat32() {
    calls.claim(
        EXTENSIONS,
        "cl_khr_byte_addressable_store\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    SampleGraph graph = SampleGraph.of(SampleGraph.Kind.SEGMENT_ENDS, 40, 2);
    float[] features = new float[40 * 6];
    Random random = new Random(3);
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    FloatMatrix hop = FloatMatrix.allocate(40, 6);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        HopKernel kernel = kernel(backend, graph.operand(Aggregation.MEAN, true))) {
      kernel.aggregate(FloatMatrix.of(features, 40, 6), new FloatMatrix[] {hop}, RowOrder.CALLER);
    }
    assertThat(hop.toArray()).isEqualTo(graph.hops(features, 6, 1, Aggregation.MEAN, true)[0]);
  }

  @Test
  void graphsTakeTurnsWhereTheMemoryHoldsOne() {
    Sample one = Sample.of(2000, 20);
    Sample other = Sample.of(1900, 20);
    long memory = 8L * one.graph.edges() + 2000 * (20 + 2L * 20 * Float.BYTES) + 200_000;
    try (OpenClBackend backend = open(memory);
        HopKernel first = kernel(backend, one.operand());
        HopKernel second = kernel(backend, other.operand())) {
      for (int repeat = 0; repeat < 2; repeat++) {
        one.check(first);
        other.check(second);
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
    Sample sample = Sample.of(500, 20);
    int status = call == Call.BUILD ? FaultyCalls.BUILD_FAILURE : FaultyCalls.DEVICE_LOST;
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        HopKernel kernel = kernel(backend, sample.operand())) {
      for (int passing : new int[] {0, 1}) {
        calls.fail(call, status, passing);
        if (call != Call.BUILD || passing == 0) {
          assertThatThrownBy(() -> sample.check(kernel))
              .as("%s after %d", call, passing)
              .isInstanceOf(KernelException.class)
              .hasMessageStartingWith("hop aggregation on ")
              .hasMessageContaining(call + " (injected)");
        }
        calls.mend();
      }
      sample.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aDeviceWithLessMemoryThanItSaysIsUsedWithWhatItHas() {
    Sample sample = Sample.of(3000, 64);
    try (OpenClBackend backend = open(64 << 20);
        HopKernel kernel = kernel(backend, sample.operand())) {
      calls.refuseBuffersAbove(500_000);
      sample.check(kernel);
      assertThat(kernel.describe()).contains("64 columns in ");
    } finally {
      calls.refuseBuffersAbove(Long.MAX_VALUE);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void anInterruptInTheMiddleEndsTheCall() {
    Sample sample = Sample.of(3000, 16);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        HopKernel kernel = kernel(backend, sample.operand())) {
      kernel.prepare();
      calls.beforeLaunch(() -> Thread.currentThread().interrupt());
      long before = calls.launches();
      assertThatThrownBy(() -> sample.check(kernel)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(calls.launches() - before).as("tasks and join of a chunk").isBetween(1L, 2L);
      calls.beforeLaunch(() -> {});
      sample.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }

  @Test
  void aKernelOfAClosedBackendSaysSo() {
    Sample sample = Sample.of(100, 4);
    OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
    HopKernel kernel = kernel(backend, sample.operand());
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
    Sample sample = Sample.of(300, 16);
    calls.claim(TYPE, CPU);
    try (OpenClBackend backend = open(BackendOptions.ALL_DEVICE_MEMORY);
        HopKernel kernel = kernel(backend, sample.operand())) {
      assertThat(kernel.estimatedNanos(16, 3)).isInfinite();
    }
    calls.claim(TYPE, GPU);
    calls.claim(0x1004, 1); // for the screen that a processor runs fast
    try (OpenClBackend backend = open(1 << 20);
        HopKernel kernel = kernel(backend, sample.operand())) {
      double unprepared = kernel.estimatedNanos(16, 3);
      kernel.prepare();
      double prepared = kernel.estimatedNanos(16, 3);
      assertThat(prepared).isPositive().isLessThan(unprepared);
      assertThat(kernel.estimatedNanos(16, 6)).isGreaterThan(prepared);
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(1 << 20);
      sample.check(kernel);
    }
    assertThat(calls.unreleased()).isZero();
  }
}
