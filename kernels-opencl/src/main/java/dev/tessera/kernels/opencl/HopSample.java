package dev.tessera.kernels.opencl;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// How fast a device gathers neighbours, on a random graph: the basis of what hops are estimated to
/// take.
final class HopSample {
  /// As many as make features of 16 MB.
  private static final int MOST_NODES = 1 << 16;

  private static final int LEAST_NODES = 64;
  private static final int ROW_EDGES = 16;
  private static final int COLUMNS = 64;

  /// Device memory of a node with its edges and features, with some to spare.
  private static final long NODE_BYTES = 1024;

  /// The first run of anything pays for what later ones find done.
  private static final int RUNS = 3;

  private HopSample() {}

  /// Bytes of neighbours' rows that are read in a second; to be called within [Session#run].
  static double bytesPerSecond(Session session) {
    session.workspace().close(); // the sample is to stay within the memory that is allowed
    int nodes = Math.clamp(session.freeBytes() / NODE_BYTES, LEAST_NODES, MOST_NODES);
    SplittableRandom random = new SplittableRandom(1);
    long[] rowPointers = new long[nodes + 1];
    for (int row = 0; row <= nodes; row++) {
      rowPointers[row] = (long) row * ROW_EDGES;
    }
    int[] columns = new int[nodes * ROW_EDGES];
    for (int edge = 0; edge < columns.length; edge++) {
      columns[edge] = random.nextInt(nodes);
    }
    HopOperand operand =
        new HopOperand(
            MemorySegment.ofArray(rowPointers),
            MemorySegment.ofArray(columns),
            null,
            Aggregation.SUM,
            nodes,
            columns.length);
    HopTasks tasks = new HopTasks(operand);
    ColumnSlab slab = new ColumnSlab(0, COLUMNS, 4);
    double rate = 0;
    try (DeviceGraph graph = new DeviceGraph(session, operand, tasks, new DeviceTimes());
        SlabMemory memory = new SlabMemory(session.context(), nodes, tasks, slab, -1);
        HopKernels kernels = new HopKernels(session.context(), Aggregation.SUM, 4, false)) {
      FloatMatrix features = FloatMatrix.allocate(nodes, COLUMNS);
      RowStream.run(
          session,
          new UploadJob(session, features, slab, memory.source()),
          nodes,
          new DeviceTimes());
      for (int run = 0; run < RUNS; run++) {
        DeviceTimes times = new DeviceTimes();
        RowStream.run(
            session, new HopJob(session, kernels, graph, memory, null, null), nodes, times);
        memory.swap();
        double bytes = (double) columns.length * slab.rowBytes();
        rate = Math.max(rate, bytes * 1e9 / Math.max(1, times.kernelNanos()));
      }
    }
    return rate;
  }
}
