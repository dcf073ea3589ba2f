package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.SampleGraph;
import dev.tessera.kernel.SampleGraph.Kind;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.kernels.simd.HopPlanning.Choice;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Code of C2 stays once it has seen what there is to see. Where it guesses what fails time and
/// again, it is thrown away and made anew, ten times a second: sums are right, and take twice as
/// long.
class HopCompilationTest {
  private static final String EVENT = "jdk.Deoptimization";

  /// Some 30 times as long as it takes to compile a tile.
  private static final long RUN_NANOS = 3_000_000_000L;

  /// How often a method may lose its code: some branches are first seen when there is code already.
  /// A wrong guess that is made again and again comes to 50 to 100.
  private static final int MOST_LOSSES = 10;

  static Stream<Arguments> cases() {
    return Stream.of(Choice.PLAIN, Choice.REORDERED, Choice.BLOCKS)
        .flatMap(
            choice -> Stream.of(Storage.values()).map(storage -> Arguments.of(choice, storage)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void compiledCodeStays(Choice choice, Storage storage, @TempDir Path folder) throws IOException {
    int nodes = 20_000;
    int dim = 64;
    SampleGraph graph = SampleGraph.of(Kind.UNIFORM, nodes, 71);
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool("compilation", 1);
        HopKernel kernel =
            new SimdHopKernel(
                graph.nativeOperand(Aggregation.SUM, true, arena),
                pool,
                new HopPaces(),
                choice,
                HopBlocks.Sizes.DEFAULT)) {
      FloatMatrix features = FloatMatrix.allocate(arena, nodes, dim);
      FloatMatrix[] hops = {null, null, FloatMatrix.allocate(arena, nodes, dim)};
      Path events = folder.resolve("events");
      try (Recording recording = new Recording()) {
        recording.enable(EVENT).withStackTrace();
        recording.start();
        long start = System.nanoTime();
        while (System.nanoTime() - start < RUN_NANOS) {
          kernel.aggregate(features, hops, RowOrder.CALLER, storage);
        }
        recording.stop();
        recording.dump(events);
      }
      assertThat(losses(events))
          .as("how often methods lost their code; %s", kernel.describe())
          .allSatisfy((method, count) -> assertThat(count).isLessThan(MOST_LOSSES));
    }
  }

  private static Map<String, Long> losses(Path events) throws IOException {
    return RecordingFile.readAllEvents(events).stream()
        .filter(event -> event.getStackTrace() != null)
        .map(event -> event.getStackTrace().getFrames().getFirst().getMethod())
        .filter(method -> method.getType().getName().startsWith("dev.tessera."))
        .map(method -> method.getType().getName() + "." + method.getName())
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }
}
