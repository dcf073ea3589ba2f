package dev.tessera.kernels.opencl;

import dev.tessera.kernel.BackendOptions;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.Offer;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Hops over a random graph whose degrees, both ways, follow a power law: by the device's events,
/// and end to end with all copies; the bits of some rows against the definition.
final class GraphTimings {
  private static final int MOST_NODES = 1 << 20;
  private static final int EDGES_PER_NODE = 16;
  private static final int COLUMNS = 128;
  private static final int HOPS = 2;
  private static final int RUNS = 3;
  private static final int COMPARED_ROWS = 300;

  private final Device device;
  private final CheckReport report;
  private final int nodes;
  private final long[] rowPointers;
  private final int[] columns;

  /// @param rows of the other timings: a tenth as many nodes
  GraphTimings(Device device, CheckReport report, long rows) {
    this.device = device;
    this.report = report;
    nodes = Math.clamp(rows / 9, 500, MOST_NODES);
    rowPointers = rowPointers(nodes);
    columns = new int[Math.toIntExact(rowPointers[nodes])];
    IntStream.range(0, nodes)
        .parallel()
        .forEach(
            row -> {
              SplittableRandom random = new SplittableRandom(0xed6e0000L + row);
              for (int edge = (int) rowPointers[row]; edge < rowPointers[row + 1]; edge++) {
                double place = random.nextDouble();
                columns[edge] = (int) (nodes * place * place * place); // few are many's neighbours
              }
            });
  }

  /// Degrees as of a power law with exponent 2, in no order: half of the rows have a third of the
  /// mean or less, some have thousands.
  private static long[] rowPointers(int nodes) {
    SplittableRandom random = new SplittableRandom(11);
    long[] pointers = new long[nodes + 1];
    for (int row = 0; row < nodes; row++) {
      double degree = EDGES_PER_NODE / 9.0 / (random.nextDouble() + 1e-4);
      pointers[row + 1] = pointers[row] + Math.min((long) degree, nodes);
    }
    return pointers;
  }

  void run() {
    List<Object> results = new ArrayList<>();
    BackendOptions options = BackendOptions.defaults();
    try (Arena arena = Arena.ofShared()) {
      FloatMatrix features = FloatMatrix.allocate(arena, nodes, COLUMNS);
      IntStream.range(0, nodes)
          .parallel()
          .forEach(
              row -> {
                SplittableRandom random = new SplittableRandom(0xfea70000L + row);
                for (int i = 0; i < COLUMNS; i++) {
                  features.set(row, i, (float) random.nextDouble() - 0.5f);
                }
              });
      FloatMatrix[] hops = new FloatMatrix[HOPS];
      Arrays.setAll(hops, hop -> FloatMatrix.allocate(arena, nodes, COLUMNS));
      for (Aggregation aggregation : List.of(Aggregation.SUM, Aggregation.MEAN)) {
        try (OpenClBackend backend = new OpenClBackend(new JoclCalls(), device, options, null, 1)) {
          results.add(time(backend, aggregation, features, hops));
        }
      }
    }
    report.put("hops", results);
  }

  private Map<String, Object> time(
      OpenClBackend backend, Aggregation aggregation, FloatMatrix features, FloatMatrix[] hops) {
    HopOperand operand =
        new HopOperand(
            MemorySegment.ofArray(rowPointers),
            MemorySegment.ofArray(columns),
            null,
            aggregation,
            nodes,
            columns.length);
    Map<String, Object> result = new LinkedHashMap<>();
    switch (backend.hop(operand)) {
      case Offer.Declined<HopKernel>(String reason) -> report.fail("hops declined: " + reason);
      case Offer.Accepted<HopKernel>(HopKernel accepted) -> {
        try (OpenClHop kernel = (OpenClHop) accepted) {
          kernel.prepare();
          double least = Double.POSITIVE_INFINITY;
          double leastKernels = Double.POSITIVE_INFINITY;
          for (int run = 0; run < RUNS; run++) {
            long kernels = kernel.times().kernelNanos();
            long start = System.nanoTime();
            kernel.aggregate(features, hops, HopKernel.RowOrder.CALLER);
            least = Math.min(least, (System.nanoTime() - start) / 1e6);
            kernels = kernel.times().kernelNanos() - kernels;
            leastKernels = Math.min(leastKernels, kernels / 1e6);
          }
          double gathered = HOPS * 4.0 * COLUMNS * ((double) columns.length + nodes);
          double gigabytes = gathered / leastKernels / 1e6;
          int wrong = wrongRows(aggregation, features, hops);
          if (wrong > 0) {
            report.fail("%d rows of %s hops have wrong bits".formatted(wrong, aggregation));
          }
          result.put("aggregation", aggregation.toString());
          result.put("nodes", nodes);
          result.put("edges", columns.length);
          result.put("columns", COLUMNS);
          result.put("hops", HOPS);
          result.put("milliseconds of the kernels", leastKernels);
          result.put("gigabytes of rows gathered and written a second", gigabytes);
          result.put("milliseconds end to end", least);
          result.put("rows compared", COMPARED_ROWS * HOPS);
          result.put("rows with wrong bits", wrong);
          result.put("what the backend says", kernel.describe());
          report.say(
              "%d hops by %s, %d nodes, %d edges, d = %d: kernels %.2f ms (best of %d), %.0f GB/s"
                  + " of rows gathered and written; end to end, features in and both hops out,"
                  + " %.1f ms; %d of %d compared rows have wrong bits; %s",
              HOPS,
              aggregation,
              nodes,
              columns.length,
              COLUMNS,
              leastKernels,
              RUNS,
              gigabytes,
              least,
              wrong,
              COMPARED_ROWS * HOPS,
              kernel.describe());
        }
      }
    }
    return result;
  }

  /// Each hop by the definition, from what the device made of the hop before.
  private int wrongRows(Aggregation aggregation, FloatMatrix features, FloatMatrix[] hops) {
    int[] rows = new SplittableRandom(5).ints(COMPARED_ROWS, 0, nodes).toArray();
    rows[0] = longest();
    int wrong = 0;
    for (int hop = 0; hop < HOPS; hop++) {
      FloatMatrix before = hop == 0 ? features : hops[hop - 1];
      for (int row : rows) {
        boolean same = true;
        for (int i = 0; i < COLUMNS; i++) {
          float expected = expected(aggregation, before, row, i);
          same &= Float.floatToIntBits(hops[hop].get(row, i)) == Float.floatToIntBits(expected);
        }
        wrong += same ? 0 : 1;
      }
    }
    return wrong;
  }

  private int longest() {
    int longest = 0;
    for (int row = 0; row < nodes; row++) {
      if (degree(row) > degree(longest)) {
        longest = row;
      }
    }
    return longest;
  }

  private long degree(int row) {
    return rowPointers[row + 1] - rowPointers[row];
  }

  private float expected(Aggregation aggregation, FloatMatrix before, int row, int column) {
    float total = 0;
    float part = 0;
    for (long edge = rowPointers[row]; edge < rowPointers[row + 1]; edge++) {
      long place = edge - rowPointers[row];
      part += before.get(columns[(int) edge], column);
      if ((place + 1) % HopOperand.SEGMENT_EDGES == 0 || edge + 1 == rowPointers[row + 1]) {
        total = place < HopOperand.SEGMENT_EDGES ? part : total + part;
        part = 0;
      }
    }
    return aggregation == Aggregation.SUM || degree(row) == 0 ? total : total / degree(row);
  }
}
