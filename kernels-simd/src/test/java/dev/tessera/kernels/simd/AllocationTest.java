package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.ChunkedComposite;
import dev.tessera.kernel.CompositeKernel;
import dev.tessera.kernel.CompositeOperand;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.SampleVectors;
import dev.tessera.kernel.SampleVectors.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.TokenIds;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// A call allocates nothing once C2 has compiled it: a vector that C2 does not see through is an
/// object, and shows here. One search after the other in one JVM, since what one has shaped (types
/// and branches seen, methods inlined) can undo the next.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_CALLS = 40_000;

  /// Calls in a row that must not allocate.
  private static final int CALLS = 10;

  @BeforeAll
  static void vectorsOfAnotherWidthHaveRun() {
    OtherWidths.use();
  }

  @Test
  @Order(1)
  void screen() {
    allocatesNothing(Kind.CLUSTERED, 256, 300, 64, false, "screen over");
  }

  @Test
  @Order(2)
  void treeOverPrincipalAxes() {
    allocatesNothing(Kind.CLUSTERED, 512, 2048, 24, false, "tree over");
  }

  @Test
  @Order(3)
  void treeInFewDimensions() {
    allocatesNothing(Kind.CLUSTERED, 512, 1000, 4, false, "tree of");
  }

  @Test
  @Order(4)
  void aroundGuesses() {
    allocatesNothing(Kind.CLUSTERED, 1200, 150, 40, true, "around guesses");
  }

  @Test
  @Order(5)
  void screenAgain() {
    allocatesNothing(Kind.RANDOM, 128, 500, 100, false, "screen over");
  }

  @Test
  @Order(6)
  void levelsOfAResidualQuantizer() {
    SampleVectors vectors = SampleVectors.of(Kind.RANDOM, 150, 300, 64, 31);
    NearestOperand level = new NearestOperand(vectors.codewords(), Metric.L2);
    CompositeOperand operand =
        CompositeOperand.residual(
            List.of(level, level), List.of(vectors.codewords(), vectors.codewords()));
    TokenIds ids = TokenIds.allocate(150, 2);
    try (WorkerPool pool = new WorkerPool("allocation", 1);
        CompositeKernel kernel =
            new ChunkedComposite(
                operand,
                codebook ->
                    new SimdNearestKernel(codebook, pool, new VectorPace(), new VectorPace()),
                pool)) {
      long bytes = Long.MAX_VALUE;
      for (int call = 0; call < MOST_CALLS && bytes > 0; call += CALLS) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
          kernel.encode(vectors.points(), ids);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(kernel.describe()).contains("2 levels, ").contains("screen over");
      assertThat(bytes).as("bytes of the last %d calls, seed 31", CALLS).isZero();
    }
  }

  private static void allocatesNothing(
      Kind kind, int n, int codes, int dim, boolean guided, String search) {
    SampleVectors vectors = SampleVectors.of(kind, n, codes, dim, 31);
    TokenIds ids = TokenIds.allocate(n);
    NearestOptions options = guided ? NearestOptions.near(ids) : NearestOptions.SINGLE;
    NearestOperand operand = new NearestOperand(vectors.codewords(), Metric.L2);
    try (WorkerPool pool = new WorkerPool("allocation", 1);
        NearestKernel kernel =
            new SimdNearestKernel(operand, pool, new VectorPace(), new VectorPace())) {
      long bytes = Long.MAX_VALUE;
      boolean chosen = false;
      for (int call = 0; call < MOST_CALLS && (bytes > 0 || !chosen); call += CALLS) {
        chosen = kernel.describe().contains(search);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
          kernel.nearest(vectors.points(), options, ids, null);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(kernel.describe()).as("the search that was meant").contains(search);
      assertThat(bytes)
          .as("bytes of the last %d calls, %s, seed 31; %s", CALLS, kind, kernel.describe())
          .isZero();
    }
  }
}
