package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.SampleGraph;
import dev.tessera.kernel.SampleGraph.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.kernels.simd.HopPlanning.Choice;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// A call allocates nothing once C2 has compiled it: a vector that C2 does not see through is an
/// object, and shows here. One plan after the other in one JVM.
class HopAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int MOST_CALLS = 40_000;

  /// Calls in a row that must not allocate.
  private static final int CALLS = 10;

  static Stream<Arguments> cases() {
    return Stream.of(Choice.PLAIN, Choice.REORDERED, Choice.BLOCKS)
        .flatMap(
            choice -> Stream.of(Storage.values()).map(storage -> Arguments.of(choice, storage)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aCallAllocatesNothing(Choice choice, Storage storage) {
    int nodes = 400;
    int dim = 100;
    SampleGraph graph = SampleGraph.of(Kind.COMMUNITY, nodes, 31);
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool("allocation", 1);
        HopKernel kernel =
            new SimdHopKernel(
                graph.nativeOperand(Aggregation.SUM, true, arena),
                pool,
                new HopPaces(),
                choice,
                new HopBlocks.Sizes(7, 1000))) {
      FloatMatrix features = FloatMatrix.allocate(arena, nodes, dim);
      FloatMatrix[] hops = {null, FloatMatrix.allocate(arena, nodes, dim)};
      long bytes = Long.MAX_VALUE;
      for (int call = 0; call < MOST_CALLS && bytes > 0; call += CALLS) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
          kernel.aggregate(features, hops, RowOrder.CALLER, storage);
        }
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }
      assertThat(bytes)
          .as("bytes of the last %d calls, seed 31; %s, %s", CALLS, kernel.describe(), storage)
          .isZero();
    }
  }
}
