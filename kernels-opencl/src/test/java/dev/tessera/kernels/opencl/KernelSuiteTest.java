package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Metric;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Every kernel against plain Java, on the first device there is (PoCL, where no GPU is).
@Tag("opencl")
final class KernelSuiteTest {
  private static Context context;

  @BeforeAll
  static void open() {
    OpenCl calls = new JoclCalls();
    List<Device> devices = Device.all(calls);
    assertThat(devices)
        .as("no OpenCL device: apt-get install pocl-opencl-icd, or pass -Dopencl=off")
        .isNotEmpty();
    context = new Context(calls, devices.getFirst());
  }

  @AfterAll
  static void close() {
    context.close();
  }

  static Stream<SearchCase> cases() {
    return KernelSuite.cases(context.device().mostWorkItems()).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyKernelOfASearchDoesAsItsHeaderSays(SearchCase search) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(search);
      assertThat(suite.findings()).isEmpty();
    }
  }

  @Test
  void boundsWithoutWindowsDoNotBoundAndTheSuiteNotices() {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(
          new SearchCase(200, 100, 33, Metric.L2, ScreenVariant.plain(8, 8, 1), 1, 1, false, 17),
          0);
      assertThat(suite.findings()).anySatisfy(text -> assertThat(text).contains("bound"));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1", "5000, 7, 5, 11", "3, 40, 1, 2", "1100, 1, 9, 300", "2048, 4, 3, 7"})
  void meansOfClustersHaveTheSameBits(int rows, int clusters, int dim, int blocks) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(new MeansCheck(rows, clusters, dim, blocks, rows));
      assertThat(suite.findings()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "200, 7, 5", "33, 40, 300", "5, 2, 64"})
  void residualsHaveTheSameBits(int rows, int codes, int dim) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(new SubtractCheck(rows, codes, dim, rows));
      assertThat(suite.findings()).isEmpty();
    }
  }

  static Stream<HopCheck> hops() {
    return HopCheck.cases().stream();
  }

  @ParameterizedTest
  @MethodSource("hops")
  void hopsHaveTheSameBits(HopCheck hop) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(hop);
      assertThat(suite.findings()).isEmpty();
    }
  }

  static Stream<MergeCheck> merges() {
    return MergeCheck.cases().stream();
  }

  @ParameterizedTest
  @MethodSource("merges")
  void mergesAreThoseOfTheDefinition(MergeCheck merges) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(merges);
      assertThat(suite.findings()).isEmpty();
    }
  }

  static Stream<LinearCheck> layers() {
    return LinearCheck.cases(context.device().mostWorkItems()).stream();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void linearLayersHoldTheirBound(LinearCheck layer) {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.check(layer);
      assertThat(suite.findings()).isEmpty();
    }
  }

  @Test
  void aBufferIsFilledAndNoMore() {
    try (KernelSuite suite = new KernelSuite(context, "")) {
      suite.checkFill();
      assertThat(suite.findings()).isEmpty();
    }
  }
}
