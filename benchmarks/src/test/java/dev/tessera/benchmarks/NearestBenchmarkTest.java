package dev.tessera.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The suite runs, in this JVM and briefly: nothing is timed here.
class NearestBenchmarkTest {
  private static final int MOST_ATTEMPTS = 30;
  private static final double NOISE_BYTES = 16;

  private static Collection<RunResult> run(String backend, String shape, DataKind kind)
      throws RunnerException {
    return run(backend, shape, kind, TimeValue.milliseconds(100));
  }

  private static Collection<RunResult> run(
      String backend, String shape, DataKind kind, TimeValue measured) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(NearestBenchmark.class.getSimpleName() + ".encode")
            .param("backend", backend)
            .param("shape", shape)
            .param("data", kind.name())
            .forks(0)
            .warmupIterations(1)
            .warmupTime(TimeValue.milliseconds(100))
            .measurementIterations(1)
            .measurementTime(measured)
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    return new Runner(options.build()).run();
  }

  @ParameterizedTest
  @EnumSource(DataKind.class)
  void everyKindOfDataRuns(DataKind kind) throws RunnerException {
    Collection<RunResult> results = run("scalar", "100x64x32", kind);

    assertThat(results).hasSize(1);
    RunResult result = results.iterator().next();
    double calls = result.getPrimaryResult().getScore();
    assertThat(result.getSecondaryResults().get("points").getScore() / calls)
        .isBetween(99.9, 100.1);
    assertThat(result.getSecondaryResults()).containsKey("gc.alloc.rate.norm");
  }

  /// Until C2 has compiled a vector kernel, its vectors are objects: megabytes a call. JMH itself
  /// allocates some 45 KB an iteration: 2 bytes a call where a second has 20,000 calls, hence the
  /// second. Runs go on in the same JVM, so a busy machine takes more attempts.
  @Test
  void theSimdKernelAllocatesNothing() throws RunnerException {
    double bytesPerCall = Double.POSITIVE_INFINITY;
    for (int attempt = 0; attempt < MOST_ATTEMPTS && bytesPerCall >= NOISE_BYTES; attempt++) {
      RunResult result =
          run("simd", "256x128x32", DataKind.MIXTURE, TimeValue.seconds(1)).iterator().next();
      bytesPerCall = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore();
    }

    assertThat(bytesPerCall).isLessThan(NOISE_BYTES);
  }

  @Test
  void anUnknownBackendFailsInsteadOfAnotherOneRunning() {
    assertThatThrownBy(() -> run("abacus", "16x16x4", DataKind.GAUSSIAN))
        .isInstanceOf(RunnerException.class)
        .hasStackTraceContaining("abacus");
  }
}
