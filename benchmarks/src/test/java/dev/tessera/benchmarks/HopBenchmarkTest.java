package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The suite runs, in this JVM and briefly: nothing is timed here.
class HopBenchmarkTest {
  private static Collection<RunResult> run(String backend, String graph) throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(HopBenchmark.class.getSimpleName())
                .param("backend", backend)
                .param("graph", graph)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build())
        .run();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RMAT_300x900x20", "COMMUNITIES_300x900x20"})
  void everyKindOfGraphRuns(String graph) throws RunnerException {
    for (String backend : new String[] {"scalar", "simd", "simd-plain"}) {
      assertThat(run(backend, graph)).as(backend).hasSize(2); // each was checked before it ran
    }
  }

  @Test
  void anUnknownBackendFailsInsteadOfAnotherOneRunning() {
    assertThatThrownBy(() -> run("abacus", "RMAT_30x90x3"))
        .isInstanceOf(RunnerException.class)
        .hasStackTraceContaining("abacus");
  }

  @Test
  void aGraphHasTheShapeThatItsNameSays() {
    HopData data = HopData.make(HopShape.parse("COMMUNITIES_1000x5000x7"));

    assertThat(data.graph().nodes()).isEqualTo(1000);
    assertThat(data.graph().edges()).isBetween(9_000L, 11_000L);
    assertThat(data.graph().isSymmetric()).isTrue();
    assertThat(data.features().columns()).isEqualTo(7);
    for (int node = 0; node < 1000; node++) {
      assertThat(data.graph().degree(node)).isPositive(); // a loop at least
    }
  }
}
