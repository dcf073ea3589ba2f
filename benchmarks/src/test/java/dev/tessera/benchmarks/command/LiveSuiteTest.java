package dev.tessera.benchmarks.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Suites in JVMs that stay. What they measure is not looked at.
final class LiveSuiteTest {
  private static final JavaProcesses PROCESSES = JavaProcesses.create();

  @TempDir private Path driver;

  private LiveSuite open(HotPath path, String subject, String data, long... sizes)
      throws IOException, InterruptedException {
    LiveSuite.writeDriver(driver);
    return LiveSuite.open(
        PROCESSES,
        driver,
        System.getProperty("java.class.path"),
        new BenchCase(path, subject, data, BenchCase.sizes(path, sizes), 1, true),
        driver);
  }

  @Test
  void twoOfThemTakeTurns() throws Exception {
    try (LiveSuite nearest = open(HotPath.NEAREST, "simd", "GAUSSIAN", 64, 32, 8);
        LiveSuite hops = open(HotPath.HOPS, "simd", "RMAT", 1000, 5000, 8)) {
      assertThat(nearest.seconds()).isPositive();
      assertThat(hops.seconds()).isPositive();
      assertThat(nearest.seconds()).isPositive();
    }
  }

  @Test
  void aTextIsEncoded() throws Exception {
    BenchTexts.make(driver);
    String text = BenchTexts.NAMES.getFirst();
    try (LiveSuite suite = open(HotPath.TEXT, "simd", text, 10_000)) {
      assertThat(suite.seconds()).isPositive();
    }
  }

  @Test
  void aSuiteThatFailsSaysWhy() {
    assertThatThrownBy(() -> open(HotPath.NEAREST, "abacus", "GAUSSIAN", 64, 32, 8))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("nearest, abacus: GAUSSIAN 64x32x8, 1 thread: ")
        .hasMessageContaining("abacus");
    assertThatThrownBy(() -> open(HotPath.NEAREST, "simd", "NOISE", 64, 32, 8))
        .hasMessageContaining("NOISE");
  }
}
