package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.SplitPattern;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A call allocates nothing once C2 has compiled it.
class SplitAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_CALLS = 40_000;

  /// Calls in a row that must not allocate.
  private static final int CALLS = 10;

  private static final String TEXT =
      "It's plain English, 12345 words of it;\n  caf\u00e9, \u041f\u0440\u0438\u0432\u0435\u0442 "
          + "\u4e2d\u6587\u3001\u65e5\u672c\u8a9e\u3067\u3059\u3002\t\ud83d\ude00 e\u0301!\u0301 ";

  @BeforeAll
  static void vectorsOfAnotherWidthHaveRun() {
    OtherWidths.use();
  }

  @ParameterizedTest
  @EnumSource
  void splitting(SplitPattern pattern) {
    byte[] text = TEXT.repeat(20).getBytes(StandardCharsets.UTF_8);
    int[] ends = new int[text.length];
    SimdSplit split = new SimdSplit(pattern);
    long bytes = Long.MAX_VALUE;
    int pieces = 0;
    for (int call = 0; call < MOST_CALLS && bytes > 0; call += CALLS) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        pieces = split.split(text, 0, text.length, ends);
      }
      bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(pieces).isGreaterThan(400);
    assertThat(bytes).as("bytes of the last %d calls, %s", CALLS, pattern).isZero();
  }
}
