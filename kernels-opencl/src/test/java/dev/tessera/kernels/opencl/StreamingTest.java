package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.KernelException;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rows and codebooks that do not fit the memory: same ids, and never more memory than allowed.
@Tag("opencl")
final class StreamingTest {
  /// A search under a cap.
  ///
  /// @param parts how many parts of the codebook that makes, at least
  record Case(
      Kind kind, Metric metric, int neighbours, int n, int codes, int dim, long cap, int parts) {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Metric metric : Metric.values()) {
      cases.add(new Case(Kind.CLUSTERED, metric, 1, 3000, 500, 24, 300_000, 1));
      cases.add(new Case(Kind.DUPLICATES, metric, 1, 2000, 3000, 24, 100_000, 8));
      cases.add(new Case(Kind.CLUSTERED, metric, 3, 500, 700, 24, 60_000, 3));
    }
    cases.add(new Case(Kind.ONE_HUGE_CODEWORD, Metric.L2, 1, 1000, 2000, 7, 60_000, 3));
    cases.add(new Case(Kind.ONE_HUGE_CODEWORD, Metric.DOT, 1, 1000, 2000, 7, 60_000, 3));
    cases.add(new Case(Kind.HUGE_POINTS, Metric.COSINE, 1, 1000, 2000, 7, 60_000, 3));
    cases.add(new Case(Kind.INTEGER_TIES, Metric.L2, 1, 1000, 2000, 5, 60_000, 2));
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void idsAreTheSameAndTheCapIsHeld(Case input) {
    SampleSearch search =
        new SampleSearch(
            SampleVectors.of(input.kind, input.n, input.codes, input.dim, 5),
            input.metric,
            input.neighbours);
    OpenCl calls = new JoclCalls();
    Device device = SampleSearch.device(calls);
    BackendOptions options = new BackendOptions(2).withDeviceMemoryBytes(input.cap);
    try (OpenClBackend backend = new OpenClBackend(calls, device, options, null, 1);
        OpenClNearest kernel = (OpenClNearest) SampleSearch.kernel(backend, search.operand())) {
      search.check(kernel);
      assertThat(backend.session().context().mostHeldBytes())
          .isPositive()
          .isLessThanOrEqualTo(input.cap);
      assertThat(kernel.counts().chunks()).isGreaterThan(RowStream.SLOTS);
      assertThat(kernel.codebookParts()).isGreaterThanOrEqualTo(input.parts);
      assertThat(kernel.describe()).contains("kernels ").contains(" GB/s");
    }
  }

  @Test
  void memoryForNoTileIsAnErrorWithBothNumbers() {
    SampleSearch search = SampleSearch.of(100, 100, 300);
    OpenCl calls = new JoclCalls();
    Device device = SampleSearch.device(calls);
    BackendOptions options = new BackendOptions(1).withDeviceMemoryBytes(20_000);
    try (OpenClBackend backend = new OpenClBackend(calls, device, options, null, 1);
        OpenClNearest kernel = (OpenClNearest) SampleSearch.kernel(backend, search.operand())) {
      assertThatThrownBy(() -> search.run(kernel))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("8 codewords of 300 columns need ")
          .hasMessageContaining(" bytes of device memory at least, there are 10000 left");
    }
  }

  @Test
  void severalCodebooksShareTheMemory() {
    SampleSearch first = SampleSearch.of(2000, 400, 20);
    SampleSearch second = SampleSearch.of(2000, 900, 33);
    OpenCl calls = new JoclCalls();
    Device device = SampleSearch.device(calls);
    long cap = 200_000;
    BackendOptions options = new BackendOptions(2).withDeviceMemoryBytes(cap);
    try (OpenClBackend backend = new OpenClBackend(calls, device, options, null, 1);
        OpenClNearest one = (OpenClNearest) SampleSearch.kernel(backend, first.operand());
        OpenClNearest two = (OpenClNearest) SampleSearch.kernel(backend, second.operand())) {
      first.check(one);
      second.check(two);
      first.check(one);
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(cap);
    }
  }

  @Test
  void measuringTheDeviceKeepsToTheCapToo() {
    OpenCl calls = new JoclCalls();
    long cap = 3_000_000;
    BackendOptions options = new BackendOptions(2).withDeviceMemoryBytes(cap);
    try (OpenClBackend backend =
        new OpenClBackend(calls, SampleSearch.device(calls), options, null, 1)) {
      DeviceRates rates = backend.session().rates("a measurement");
      assertThat(rates.inBytesPerSecond()).isPositive();
      assertThat(rates.termsPerSecond()).isPositive();
      assertThat(rates.nanos(1 << 20, 1 << 10, 1e6)).isLessThan(rates.nanos(1 << 30, 1 << 10, 1e6));
      assertThat(backend.session().context().mostHeldBytes()).isLessThanOrEqualTo(cap);
    }
  }
}
