package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A copy of a graph whose nodes have other numbers. Each row keeps its neighbours in the order
/// that they had, and so its sums their bits.
final class Relabelling {
  private static final int CHUNK_ROWS = 1024;

  private Relabelling() {}

  /// Renumbers a graph: node `order[p]` becomes node p.
  static HopEdges relabel(HopEdges edges, int[] order, WorkerPool pool, Arena arena) {
    int nodes = edges.nodes();
    boolean weighted = edges.weightStep() != 0;
    MemorySegment rowPointers = arena.allocate((nodes + 1L) * Long.BYTES, Lanes.ALIGNMENT_BYTES);
    MemorySegment columns = HopMemory.allocate(arena, Math.max(1, edges.count() * Integer.BYTES));
    MemorySegment weights =
        weighted
            ? HopMemory.allocate(arena, Math.max(1, edges.count() * Float.BYTES))
            : edges.weights();
    int[] places = new int[nodes];
    long end = 0;
    for (int place = 0; place < nodes; place++) {
      int node = order[place];
      places[node] = place;
      end += edges.pointer(node + 1L) - edges.pointer(node);
      rowPointers.set(ValueLayout.JAVA_LONG, (place + 1L) * Long.BYTES, end);
    }
    HopEdges renumbered =
        new HopEdges(rowPointers, columns, weights, edges.weightStep(), nodes, edges.count());
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int to = (int) Math.min(nodes, (chunk + 1) * CHUNK_ROWS);
            for (int place = (int) chunk * CHUNK_ROWS; place < to; place++) {
              copy(edges, order[place], places, renumbered, place);
            }
          }
        },
        Math.ceilDiv(nodes, CHUNK_ROWS));
    return renumbered;
  }

  private static void copy(HopEdges from, int node, int[] places, HopEdges to, int place) {
    long first = from.pointer(node);
    long count = from.pointer(node + 1L) - first;
    long target = to.pointer(place);
    MemorySegment columns = to.columns();
    for (long i = 0; i < count; i++) {
      columns.set(
          ValueLayout.JAVA_INT,
          (target + i) * Integer.BYTES,
          places[HopEdges.column(from.columns(), first + i)]);
    }
    if (to.weightStep() != 0) {
      MemorySegment.copy(
          from.weights(),
          first * Float.BYTES,
          to.weights(),
          target * Float.BYTES,
          count * Float.BYTES);
    }
  }
}
