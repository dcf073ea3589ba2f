package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.PieceProbe;
import dev.tessera.kernel.PieceTable;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Looking pieces up allocates nothing once C2 has compiled it: a vector that C2 does not see
/// through is an object, and shows here.
class ProbeAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_CALLS = 40_000;

  /// Calls in a row that must not allocate.
  private static final int CALLS = 10;

  private static final int SLOT_BITS = 10;

  @BeforeAll
  static void vectorsOfAnotherWidthHaveRun() {
    OtherWidths.use();
  }

  @Test
  void lookingUp() {
    Random random = new Random(5);
    PieceTable table =
        new PieceTable(new long[6 << SLOT_BITS], 2 << SLOT_BITS, Long.SIZE - SLOT_BITS);
    byte[] text = new byte[1000];
    random.nextBytes(text);
    int[] ends = new int[PieceProbe.PIECES];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += 1 + random.nextInt(12);
      ends[i] = end;
    }
    int[] ids = new int[text.length + PieceProbe.SPARE_IDS];
    VectorProbe probe = new VectorProbe();
    int calls = VectorWidth.bits() < VectorProbe.LEAST_BITS ? CALLS : MOST_CALLS;
    long bytes = Long.MAX_VALUE;
    int gaps = 0;
    for (int call = 0; call < calls && bytes > 0; call += CALLS) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        probe.find(table, text, 0, ends, 0);
        for (gaps = 0; probe.write(ids, 0) == 0 && probe.written() < PieceProbe.PIECES; gaps++) {}
      }
      bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    assertThat(gaps).isEqualTo(PieceProbe.PIECES);
    if (calls == MOST_CALLS) { // narrower ones are not offered
      assertThat(bytes).as("bytes of the last %d calls", CALLS).isZero();
    }
  }
}
