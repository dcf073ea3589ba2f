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
class CompositeBenchmarkTest {
  @ParameterizedTest
  @ValueSource(strings = {"levels-3x16x12", "heads-2x16x12"})
  void bothWaysRunAndCountLookups(String shape) throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(CompositeBenchmark.class.getSimpleName())
                    .param("backend", "scalar")
                    .param("shape", shape)
                    .param("vectors", "50")
                    .forks(0)
                    .warmupIterations(1)
                    .warmupTime(TimeValue.milliseconds(50))
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(50))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertThat(results).hasSize(2);
    int lookups = 50 * CompositeShape.parse(shape).parts();
    for (RunResult result : results) {
      double calls = result.getPrimaryResult().getScore();
      assertThat(result.getSecondaryResults().get("lookups").getScore() / calls)
          .isBetween(lookups - 0.1, lookups + 0.1);
    }
  }

  @Test
  void aShapeIsReadOrRefused() {
    assertThat(CompositeShape.parse("heads-4x128x768"))
        .isEqualTo(new CompositeShape(false, 4, 128, 768));
    assertThatThrownBy(() -> CompositeShape.parse("4x128"))
        .hasMessageContaining("levels-3x4096x1024, not `4x128`");
  }
}
