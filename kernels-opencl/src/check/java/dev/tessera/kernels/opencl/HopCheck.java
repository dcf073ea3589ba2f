package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// The kernels of `hop.cl` on a random graph against plain Java, bit for bit.
///
/// @param nodes the second and the last but one have long rows, the third none at all
/// @param longEdges edges of a long row
/// @param width floats of a vector
/// @param messages whether edges add something to features
/// @param ofKinds whether they do so by kind
record HopCheck(
    int nodes,
    int longEdges,
    int dim,
    int width,
    Aggregation aggregation,
    boolean weighted,
    boolean messages,
    boolean ofKinds,
    long seed) {

  private static final int KINDS = 5;

  /// Every aggregation, vectors and single floats, with and without messages.
  static List<HopCheck> cases() {
    List<HopCheck> cases = new ArrayList<>();
    long seed = 1;
    for (Aggregation aggregation : Aggregation.values()) {
      cases.add(new HopCheck(60, 1030, 12, 4, aggregation, true, false, false, seed++));
      cases.add(new HopCheck(60, 513, 135, 4, aggregation, false, true, true, seed++));
      cases.add(new HopCheck(60, 1024, 5, 1, aggregation, true, true, false, seed++));
    }
    return cases;
  }

  /// Few and small ones: under oclgrind, some thousand times slower.
  static List<HopCheck> smallCases() {
    return List.of(
        new HopCheck(6, 514, 6, 4, Aggregation.SUM, true, true, true, 1),
        new HopCheck(6, 514, 3, 1, Aggregation.MEAN, false, false, false, 2),
        new HopCheck(6, 514, 4, 4, Aggregation.MAX, true, true, false, 3));
  }

  /// Runs it and gives what is wrong, a line each.
  ///
  /// @param division how means divide, from [Division]; else empty
  List<String> findings(DeviceArrays device, int workItems, String division) {
    Random random = new Random(seed);
    long[] rowPointers = new long[nodes + 1];
    for (int row = 0; row < nodes; row++) {
      boolean isLong = row == 1 || row == nodes - 2;
      int length = isLong ? longEdges : row == 2 ? 0 : random.nextInt(9);
      rowPointers[row + 1] = rowPointers[row] + length;
    }
    int edges = (int) rowPointers[nodes];
    int[] columns = random.ints(edges, 0, nodes).toArray();
    int[] kinds = random.ints(edges, 0, KINDS).toArray();
    float[] weights = floats(random, edges);
    ColumnSlab slab = new ColumnSlab(0, dim, width);
    float[] features = padded(floats(random, nodes * dim), slab);
    float[] table = padded(floats(random, (ofKinds ? KINDS : edges) * dim), slab);
    HopOperand operand =
        new HopOperand(
            MemorySegment.ofArray(rowPointers),
            MemorySegment.ofArray(columns),
            null,
            aggregation,
            nodes,
            edges);
    HopTasks tasks = new HopTasks(operand);
    Buffer aggregated = device.unwritten(nodes * slab.rowBytes());
    run(
        device,
        workItems,
        division,
        tasks,
        slab,
        features,
        columns,
        kinds,
        weights,
        table,
        aggregated);
    float[] found = device.floats(aggregated, nodes * slab.stride());
    float[] expected = expected(slab, rowPointers, columns, kinds, weights, features, table);
    List<String> findings = new ArrayList<>();
    for (int i = 0; i < found.length && findings.isEmpty(); i++) {
      if (i % slab.stride() < dim
          && Float.floatToIntBits(found[i]) != Float.floatToIntBits(expected[i])) {
        findings.add(
            "%s: row %d, column %d: %s, not %s"
                .formatted(
                    this + (division.isEmpty() ? "" : ", " + division),
                    i / slab.stride(),
                    i % slab.stride(),
                    found[i],
                    expected[i]));
      }
    }
    return findings;
  }

  private void run(
      DeviceArrays device,
      int workItems,
      String division,
      HopTasks tasks,
      ColumnSlab slab,
      float[] features,
      int[] columns,
      int[] kinds,
      float[] weights,
      float[] table,
      Buffer aggregated) {
    int count = (int) tasks.count();
    int vectors = slab.vectors();
    Buffer[] list = tasks(device, tasks, count);
    Buffer columnBuffer = device.of(columns);
    Buffer partials = device.unwritten(tasks.segmentCount() * slab.rowBytes());
    Buffer longRows = device.of(tasks.longRows());
    Buffer segments = device.of(tasks.segments());
    String constants =
        HopKernels.options(width, messages, aggregation == Aggregation.MEAN, division);
    boolean most = aggregation == Aggregation.MAX;
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                slab.lanes(),
                vectors,
                device.of(features),
                list[0],
                list[1],
                columnBuffer,
                weighted ? 1 : 0,
                weighted ? device.of(weights) : columnBuffer,
                messages ? device.of(table) : columnBuffer,
                ofKinds ? 1 : 0,
                ofKinds ? device.of(kinds) : columnBuffer,
                messages ? 1 : 0));
    arguments.addAll(List.of(0L, count, aggregated, partials));
    long groups = Math.ceilDiv((long) count * slab.lanes(), (long) workItems);
    device.run(
        "hop.cl",
        constants,
        most ? "max_tasks" : "sum_tasks",
        new long[] {groups, slab.panels()},
        workItems,
        arguments.toArray());
    int rows = tasks.longRows().length;
    if (most) {
      device.run(
          "hop.cl",
          constants,
          "join_maxima",
          new long[] {1},
          workItems,
          vectors,
          longRows,
          segments,
          0,
          rows,
          partials,
          aggregated);
    } else {
      device.run(
          "hop.cl",
          constants,
          "join_sums",
          new long[] {1},
          workItems,
          vectors,
          longRows,
          segments,
          device.of(tasks.longCounts()),
          0,
          rows,
          partials,
          aggregated);
    }
  }

  /// Where tasks begin, and what they write.
  private static Buffer[] tasks(DeviceArrays device, HopTasks tasks, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment begins = arena.allocate(ValueLayout.JAVA_LONG, count + 1L);
      MemorySegment targets = arena.allocate(ValueLayout.JAVA_INT, count + 1L);
      tasks.new Cursor().write(count + 1, begins, targets);
      return new Buffer[] {
        device.of(begins.toArray(ValueLayout.JAVA_LONG)),
        device.of(targets.toArray(ValueLayout.JAVA_INT))
      };
    }
  }

  private static float[] floats(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(5 * random.nextGaussian()));
    }
    return values;
  }

  private float[] padded(float[] rows, ColumnSlab slab) {
    int count = rows.length / dim;
    float[] padded = new float[count * slab.stride()];
    for (int row = 0; row < count; row++) {
      System.arraycopy(rows, row * dim, padded, row * slab.stride(), dim);
    }
    return padded;
  }

  private float[] expected(
      ColumnSlab slab,
      long[] rowPointers,
      int[] columns,
      int[] kinds,
      float[] weights,
      float[] features,
      float[] table) {
    int stride = slab.stride();
    float[] result = new float[nodes * stride];
    for (int row = 0; row < nodes; row++) {
      int begin = (int) rowPointers[row];
      int end = (int) rowPointers[row + 1];
      for (int i = 0; i < dim; i++) {
        float total = 0;
        float part = 0;
        float most = 0;
        for (int edge = begin; edge < end; edge++) {
          float m = features[columns[edge] * stride + i];
          if (messages) {
            m += table[(ofKinds ? kinds[edge] : edge) * stride + i];
            m = m <= 0 ? 0 : m;
          }
          float w = weighted ? weights[edge] : 1;
          most = edge == begin || w * m > most || Float.isNaN(w * m) ? w * m : most;
          part = Math.fma(w, m, part);
          if ((edge - begin) % HopOperand.SEGMENT_EDGES == HopOperand.SEGMENT_EDGES - 1
              || edge == end - 1) {
            total = edge - begin < HopOperand.SEGMENT_EDGES ? part : total + part;
            part = 0;
          }
        }
        result[row * stride + i] =
            switch (aggregation) {
              case SUM -> total;
              case MEAN -> begin == end ? 0 : total / (end - begin);
              case MAX -> most;
            };
      }
    }
    return result;
  }
}
