package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Rows of lengths at which batches of edges begin and end, by vector code alone, against the
/// definition: kernels give most rows of a small graph to the latter, as long as the former is not
/// compiled.
final class HopBatchTest {
  private static final int SOURCES = 211;
  private static final int KINDS = 7;
  private static final int SEGMENT = HopOperand.SEGMENT_EDGES;
  private static final float UNTOUCHED = -12345;

  /// One input.
  ///
  /// @param lengths the edges of each row
  /// @param halves whether rows of bfloat16 are gathered
  /// @param messages 0: none; 1: a row of the table an edge; 2: by kinds
  record Case(
      int[] lengths,
      Aggregation aggregation,
      boolean weighted,
      int dim,
      boolean halves,
      int messages,
      long seed) {
    @Override
    public String toString() {
      return "rows of %s, %s%s d=%d%s messages=%d seed=%d"
          .formatted(
              lengths.length < 20 ? Arrays.toString(lengths) : lengths.length + " lengths",
              aggregation,
              weighted ? " weighted" : "",
              dim,
              halves ? " bfloat16" : "",
              messages,
              seed);
    }
  }

  private static List<int[]> lengths() {
    List<int[]> lengths = new ArrayList<>();
    lengths.add(new int[] {0});
    lengths.add(new int[] {1});
    lengths.add(new int[] {SEGMENT});
    lengths.add(new int[] {SEGMENT + 1});
    lengths.add(new int[] {SEGMENT, SEGMENT, SEGMENT, 1});
    lengths.add(new int[] {SEGMENT - 1, SEGMENT, 2, SEGMENT, 0, 0});
    lengths.add(
        new int[] {0, SEGMENT + 1, 3, 0, 4 * SEGMENT, 5 * SEGMENT, SEGMENT, 7, SEGMENT + 1});
    lengths.add(IntStream.range(0, 600).map(i -> i % 2).toArray());
    lengths.add(IntStream.range(0, 600).map(i -> 0).toArray());
    Random random = new Random(5);
    lengths.add(
        IntStream.range(0, 300)
            .map(i -> (int) Math.exp(random.nextDouble() * Math.log(2.0 * SEGMENT)) - 1)
            .toArray());
    return lengths;
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    int[] dims = {16, 17, 64, 100, 130};
    for (int[] each : lengths()) {
      for (int dim : dims) {
        int i = cases.size();
        cases.add(new Case(each, Aggregation.SUM, i % 2 == 0, dim, false, 0, i));
        cases.add(new Case(each, Aggregation.MAX, i % 2 == 1, dim, false, 0, i));
        cases.add(new Case(each, Aggregation.SUM, i % 2 == 1, dim, false, 1 + i % 2, i));
        cases.add(new Case(each, Aggregation.MAX, i % 2 == 0, dim, false, 2 - i % 2, i));
        if (dim >= HalfRows.BLOCK_COLUMNS) {
          int columns = dim / HalfRows.BLOCK_COLUMNS * HalfRows.BLOCK_COLUMNS;
          cases.add(new Case(each, Aggregation.SUM, i % 2 == 0, columns, true, 0, i));
        }
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsOfASegmentGetTheBitsOfTheDefinitionAndOthersNothing(Case input) {
    try (Arena arena = Arena.ofShared()) {
      Random random = new Random(input.seed);
      HopEdges edges = edges(input, random, arena);
      HopGather gather = new HopGather(edges);
      gather.edges(edges, input.aggregation, messages(input, edges, random, arena));
      gather.columns(0, input.dim);
      MemorySegment source = normal(SOURCES * (input.dim + 1), random, arena);
      long bytes = (long) input.dim * Float.BYTES;
      if (input.halves) {
        MemorySegment packed = arena.allocate(SOURCES * bytes / 2, Lanes.ALIGNMENT_BYTES);
        for (int row = 0; row < SOURCES; row++) {
          HalfRows.pack(source, row * bytes, packed, row * bytes / 2, input.dim);
        }
        gather.halves(packed, bytes / 2);
      } else {
        gather.source(source, Float.BYTES, bytes + Float.BYTES);
      }
      int rows = input.lengths.length;
      long stride = bytes + 3 * Float.BYTES;
      MemorySegment expected = untouched(rows * stride, arena);
      MemorySegment found = untouched(rows * stride, arena);
      gather.byDefinition(new HopDefinition(), 0, rows, expected, 0, stride);
      for (int row = 0; row < rows; row++) {
        if (input.lengths[row] > SEGMENT) {
          expected.asSlice(row * stride, stride).copyFrom(untouched(stride, arena));
        }
      }
      gather.panels(new HopBatch(), edges.rowPointers(), 0, rows, found, 0, stride, false);
      assertThat(found.toArray(ValueLayout.JAVA_INT))
          .isEqualTo(expected.toArray(ValueLayout.JAVA_INT));
    }
  }

  static List<Case> halves() {
    return cases().stream().filter(Case::halves).toList();
  }

  @ParameterizedTest
  @MethodSource("halves")
  void sumsAreRoundedAsRowsAre(Case input) {
    try (Arena arena = Arena.ofShared()) {
      Random random = new Random(input.seed);
      HopEdges edges = edges(input, random, arena);
      HopGather gather = new HopGather(edges);
      gather.columns(0, input.dim);
      long bytes = (long) input.dim * Short.BYTES;
      MemorySegment source = normal(SOURCES * input.dim, random, arena);
      for (int i = 0; i < 40; i++) { // sums past the range, and of infinities of both signs
        float value = i % 2 == 0 ? 3e38f : Float.NEGATIVE_INFINITY;
        source.setAtIndex(ValueLayout.JAVA_FLOAT, random.nextInt(SOURCES * input.dim), value);
      }
      MemorySegment packed = arena.allocate(SOURCES * bytes, Lanes.ALIGNMENT_BYTES);
      for (int row = 0; row < SOURCES; row++) {
        HalfRows.pack(source, 2 * row * bytes, packed, row * bytes, input.dim);
      }
      gather.halves(packed, bytes);
      int rows = input.lengths.length;
      MemorySegment sums = untouched(rows * 2 * bytes, arena);
      gather.panels(new HopBatch(), edges.rowPointers(), 0, rows, sums, 0, 2 * bytes, false);
      MemorySegment expected = untouched(rows * bytes, arena);
      for (int row = 0; row < rows; row++) {
        if (input.lengths[row] <= SEGMENT) {
          HalfRows.pack(sums, 2 * row * bytes, expected, row * bytes, input.dim);
        }
      }
      MemorySegment found = untouched(rows * bytes, arena);
      gather.panels(new HopBatch(), edges.rowPointers(), 0, rows, found, 0, bytes, true);
      assertThat(found.toArray(ValueLayout.JAVA_INT))
          .isEqualTo(expected.toArray(ValueLayout.JAVA_INT));
    }
  }

  private static HopEdges edges(Case input, Random random, Arena arena) {
    int rows = input.lengths.length;
    MemorySegment pointers = arena.allocate((rows + 1L) * Long.BYTES, Lanes.ALIGNMENT_BYTES);
    for (int row = 0; row < rows; row++) {
      long end = HopEdges.pointer(pointers, row) + input.lengths[row];
      pointers.setAtIndex(ValueLayout.JAVA_LONG, row + 1L, end);
    }
    int count = (int) HopEdges.pointer(pointers, rows);
    int[] columns = IntStream.range(0, count).map(i -> random.nextInt(SOURCES)).toArray();
    MemorySegment ids = arena.allocateFrom(ValueLayout.JAVA_INT, columns);
    return input.weighted
        ? new HopEdges(
            pointers, ids, normal(Math.max(1, count), random, arena), Float.BYTES, rows, count)
        : new HopEdges(pointers, ids, HopEdges.ONE, 0, rows, count);
  }

  private static @Nullable HopMessages messages(
      Case input, HopEdges edges, Random random, Arena arena) {
    if (input.messages == 0) {
      return null;
    }
    int count = (int) edges.count();
    int rows = input.messages == 1 ? Math.max(1, count) : KINDS;
    MemorySegment table = normal(rows * input.dim, random, arena);
    int[] kinds = IntStream.range(0, count).map(i -> random.nextInt(KINDS)).toArray();
    return new HopMessages(
        table,
        (long) input.dim * Float.BYTES,
        input.messages == 1 ? null : arena.allocateFrom(ValueLayout.JAVA_INT, kinds),
        input.seed % 3 == 0 ? 0 : Float.NEGATIVE_INFINITY);
  }

  private static MemorySegment normal(int count, Random random, Arena arena) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  private static MemorySegment untouched(long bytes, Arena arena) {
    float[] values = new float[(int) (bytes / Float.BYTES)];
    Arrays.fill(values, UNTOUCHED);
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }
}
