package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.TokenIds;
import java.util.function.Supplier;

/// Work that is done node by node, shared out over threads: each row of the result depends on its
/// own node alone, so neither the threads nor what else is in the batch change it.
final class NodeBatches {
  /// Rows that a thread takes at a time: few, as one row can cost a thousand times another.
  private static final int CHUNK_ROWS = 16;

  private NodeBatches() {}

  /// What a thread does with one row.
  @FunctionalInterface
  interface RowTask {
    void row(long row);
  }

  /// Runs rows 0 to `rows - 1`.
  ///
  /// @param tasks makes a thread's task, with the memory it works in
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  static void run(int threads, long rows, Supplier<RowTask> tasks) {
    int useful = (int) Math.max(1, Math.min(threads, Math.ceilDiv(rows, CHUNK_ROWS)));
    try (WorkerPool pool = new WorkerPool("tessera-graph", useful)) {
      pool.run(
          chunks -> {
            long chunk = chunks.next();
            if (chunk < 0) {
              return;
            }
            RowTask task = tasks.get();
            for (; chunk >= 0; chunk = chunks.next()) {
              long end = Math.min(rows, (chunk + 1) * CHUNK_ROWS);
              for (long row = chunk * CHUNK_ROWS; row < end; row++) {
                task.row(row);
              }
            }
          },
          Math.ceilDiv(rows, CHUNK_ROWS));
    }
  }

  /// Refuses a batch that is no list of nodes of the graph.
  static void check(Adjacency graph, TokenIds nodes) {
    if (nodes.columns() != 1) {
      throw new IllegalArgumentException("a list of nodes has 1 column, not " + nodes.columns());
    }
    for (long row = 0; row < nodes.rows(); row++) {
      int node = nodes.get(row);
      if (node < 0 || node >= graph.nodes()) {
        throw new IllegalArgumentException(
            "row %d is node %d, which is outside [0, %d), the nodes of the graph"
                .formatted(row, node, graph.nodes()));
      }
    }
  }

  /// Refuses a pad that could be taken for a node.
  static void checkPad(int pad) {
    if (pad >= 0) {
      throw new IllegalArgumentException("a pad is below 0, so that it is no node, but was " + pad);
    }
  }

  /// Refuses a number of threads below 1.
  static void checkThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least 1 thread is needed, not " + threads);
    }
  }

  /// A thread a processor.
  static int defaultThreads() {
    return Runtime.getRuntime().availableProcessors();
  }
}
