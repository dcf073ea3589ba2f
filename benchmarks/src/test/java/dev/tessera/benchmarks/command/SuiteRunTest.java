package dev.tessera.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tessera.benchmarks.results.JsonObject;
import dev.tessera.benchmarks.results.Result;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The suites run in JVMs of their own, briefly: nothing is timed here.
final class SuiteRunTest {
  private static final SuiteRun BRIEF =
      new SuiteRun(
          JavaProcesses.create(),
          List.of("-Djmh.ignoreLock=true"),
          Path.of("unused"),
          List.of("-f", "0", "-wi", "0", "-i", "2", "-r", "10ms"));

  private static BenchCase nearest(String subject) {
    return new BenchCase(
        HotPath.NEAREST, subject, "GAUSSIAN", BenchCase.sizes(HotPath.NEAREST, 64, 32, 8), 1, true);
  }

  @Test
  void aCaseBecomesAResult() throws Exception {
    Result result = BRIEF.measure(nearest("simd"));

    assertThat(result.subject()).isEqualTo("simd");
    assertThat(result.perCall().units()).isEqualTo(64);
    assertThat(result.perCall().flops()).isEqualTo(2.0 * 64 * 32 * 8);
    assertThat(result.facts().get("served")).startsWith("simd: ");
    assertThat(result.throughput().value()).isPositive();
    assertThat(result.allocatedBytes()).isNotNaN();
    assertThat(Result.of(JsonObject.parse(result.toJson().toString()))).isEqualTo(result);
  }

  @Test
  void aSubjectThatFailsSaysWhy() {
    assertThatThrownBy(() -> BRIEF.measure(nearest("abacus")))
        .isInstanceOf(SuiteRun.SuiteException.class)
        .hasMessageContaining("abacus");
  }

  @Test
  void theReasonIsTheDeepestCauseThatALogNames() {
    String log =
        """
        # JMH version: 1.37
        java.lang.ExceptionInInitializerError
        \tat dev.tessera.Somewhere
        Caused by: java.lang.UnsatisfiedLinkError: no jnimkl_rt in java.library.path
        \t... 12 more

        ERROR: org.openjdk.jmh.runner.RunnerException: Benchmark caught the exception
        Caused by: org.openjdk.jmh.runner.BenchmarkException: Benchmark error during the run
        """;

    assertThat(SuiteRun.reason(log, 1))
        .isEqualTo("UnsatisfiedLinkError: no jnimkl_rt in java.library.path");
    assertThat(SuiteRun.reason("first\nlast words\n\n", 139))
        .isEqualTo("its JVM ended with the status 139: last words");
    assertThat(SuiteRun.reason("", 137)).isEqualTo("its JVM ended with the status 137");
  }
}
