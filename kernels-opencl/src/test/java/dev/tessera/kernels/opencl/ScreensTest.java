package dev.tessera.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.Backend;
import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.Backends;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestContract;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The screens that GPUs get, which no processor would choose, and their windows.
@Tag("opencl")
final class ScreensTest {
  private static final BackendOptions OPTIONS = new BackendOptions(2);

  private static final LastingBackends TILED = forced(ScreenPlan.Kind.TILED);
  private static final LastingBackends SMALL = forced(ScreenPlan.Kind.SMALL);

  private static LastingBackends forced(ScreenPlan.Kind kind) {
    return new LastingBackends(new OpenClProvider(JoclCalls::new, kind, 1));
  }

  @AfterAll
  static void close() {
    TILED.close();
    SMALL.close();
  }

  /// The whole contract.
  @Nested
  final class Tiled extends NearestContract {
    Tiled() {
      super("opencl");
    }

    @Override
    protected Backends open(BackendOptions options) {
      return Backends.open("opencl", options, List.of(TILED));
    }

    @Test
    void itIsTheTiledScreenThatRuns() {
      SampleSearch search = SampleSearch.of(100, 300, 9);
      try (Backends backends = open(OPTIONS);
          NearestKernel kernel =
              SampleSearch.kernel(backends.serving().getFirst(), search.operand())) {
        search.check(kernel);
        assertThat(kernel.describe()).startsWith("tiled screen, ");
      }
    }
  }

  /// An input of the screen of few columns.
  record Case(Kind kind, Metric metric, int dim) {}

  static List<Case> fewColumns() {
    List<Case> cases = new ArrayList<>();
    // A program each, which PoCL's compiler takes seconds for.
    for (int dim : new int[] {1, 3, 4, 5, ScreenPlan.MOST_SMALL_COLUMNS}) {
      for (Metric metric : Metric.values()) {
        cases.add(new Case(Kind.CLUSTERED, metric, dim));
      }
    }
    for (Kind kind : Kind.values()) {
      cases.add(new Case(kind, Metric.L2, 4));
      cases.add(new Case(kind, Metric.COSINE, 3));
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("fewColumns")
  void theScreenOfFewColumnsFindsTheSame(Case input) {
    try (Backend backend = SMALL.open(OPTIONS)) {
      for (int[] size : new int[][] {{700, 513}, {65, 9}}) {
        SampleSearch search =
            new SampleSearch(
                SampleVectors.of(input.kind, size[0], size[1], input.dim, 21), input.metric, 1);
        try (NearestKernel kernel = SampleSearch.kernel(backend, search.operand())) {
          search.check(kernel);
          assertThat(kernel.describe()).startsWith("screen of few columns, ");
        }
      }
    }
  }

  /// Windows that are too narrow must be noticed, or the tests above show nothing.
  @Test
  void withoutWindowsSomeIdsAreWrong() {
    OpenCl calls = new JoclCalls();
    Device device = SampleSearch.device(calls);
    SampleVectors vectors = SampleVectors.of(Kind.RANDOM, 1500, 512, 64, 5);
    for (int code = 0; code < 512; code++) {
      for (int i = 0; i < 32; i++) { // the second half takes back what the first contributes
        vectors.codewords().set(code, 32 + i, -vectors.codewords().get(code, i));
      }
    }
    for (int row = 0; row < 1500; row++) {
      for (int i = 0; i < 32; i++) {
        float far = 3000 * vectors.points().get(row, i);
        vectors.points().set(row, i, far + vectors.points().get(row, 32 + i));
        vectors.points().set(row, 32 + i, far);
      }
    }
    SampleSearch search = new SampleSearch(vectors, Metric.L2, 1);
    SampleSearch.Found expected = search.expected();
    try (OpenClBackend proven = new OpenClBackend(calls, device, OPTIONS, null, 1);
        NearestKernel kernel = SampleSearch.kernel(proven, search.operand())) {
      assertThat(search.run(kernel).ids()).isEqualTo(expected.ids());
    }
    try (OpenClBackend careless = new OpenClBackend(calls, device, OPTIONS, null, 0);
        NearestKernel kernel = SampleSearch.kernel(careless, search.operand())) {
      int[] ids = search.run(kernel).ids();
      assertThat(Arrays.mismatch(ids, expected.ids())).isNotNegative();
    }
  }
}
