package dev.tessera.benchmarks.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchRunTest {
  @TempDir private Path folder;

  @Test
  void aRunIsReadAsItWasWritten() throws IOException {
    TreeMap<Integer, Limits.Rates> rates = new TreeMap<>();
    rates.put(1, new Limits.Rates(1e11, 2e10, 1.5e10));
    BenchRun bare = Runs.run("A", Runs.result("simd", 10, 1, 1));
    BenchRun run =
        new BenchRun(
                bare.circumstances(),
                3,
                false,
                new Limits(512, rates, "GPU", 5e10),
                bare.subjects(),
                bare.results(),
                List.of())
            .with(new FailedCase("nearest", "mkl", "MIXTURE", "no libraries"))
            .with(Runs.result("scalar", 1, 0, 1));
    Path file = folder.resolve("run.json");
    run.write(file);

    BenchRun read = BenchRun.read(file);
    assertThat(read.toJson().toString()).isEqualTo(run.toJson().toString());
    assertThat(read.complete()).isFalse();
    assertThat(read.completed().complete()).isTrue();
    assertThat(read.results()).hasSize(2);
    assertThat(read.failures()).containsExactlyElementsOf(run.failures());
    assertThat(read.limits()).isEqualTo(run.limits());
  }

  @Test
  void anotherFileIsRefusedByName() throws IOException {
    Path file = folder.resolve("other.json");
    Files.writeString(file, "{\"date\": \"2026\"}");

    assertThatThrownBy(() -> BenchRun.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("other.json is no result file of `tessera bench`")
        .hasMessageContaining("found nothing");
    assertThatThrownBy(() -> BenchRun.read(folder.resolve("none.json")))
        .hasMessageContaining("none.json: there is no such file");
  }

  @Test
  void aRateComesOfCallsASecondOrOfTimesACall() {
    Result.Throughput calls = Runs.result("simd", "ops/s", 50, 5, 1).throughput();
    assertThat(calls.value()).isEqualTo(50_000);
    assertThat(calls.low()).isEqualTo(45_000);
    assertThat(calls.high()).isEqualTo(55_000);
    assertThat(calls.relativeError()).isCloseTo(0.1, within(1e-12));

    Result timed = Runs.result("simd", "ms/op", 20, 4, 1);
    Result.Throughput times = timed.throughput();
    assertThat(times.value()).isEqualTo(50_000);
    assertThat(times.low()).isCloseTo(1e6 / 24, within(1e-6));
    assertThat(times.high()).isEqualTo(62_500);
    assertThat(timed.secondsPerCall()).isCloseTo(0.020, within(1e-12));
  }

  @Test
  void anErrorGreaterThanTheValueStaysARate() {
    Result.Throughput calls = Runs.result("simd", "ops/s", 50, 80, 1).throughput();
    assertThat(calls.low()).isZero();
    Result.Throughput times = Runs.result("simd", "ms/op", 20, 30, 1).throughput();
    assertThat(times.high()).isEqualTo(2 * times.value());

    assertThatThrownBy(() -> Runs.result("simd", "us/op", 1, 0, 1).throughput())
        .hasMessageContaining("found us/op");
  }

  @Test
  void theRoofIsWhateverTakesLonger() {
    Limits.Rates rates = new Limits.Rates(8e6, 1e6, 2e6);
    assertThat(rates.leastSeconds(new PerCall("points", 1, 80_000, 2_000))).isEqualTo(0.010);
    assertThat(rates.boundByArithmetic(new PerCall("points", 1, 80_000, 2_000))).isTrue();
    assertThat(rates.leastSeconds(new PerCall("points", 1, 80, 40_000))).isEqualTo(0.020);
    assertThat(rates.boundByArithmetic(new PerCall("points", 1, 80, 40_000))).isFalse();
  }
}
