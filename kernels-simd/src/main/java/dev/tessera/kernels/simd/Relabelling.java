package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A copy of a graph whose nodes have other numbers. Each row keeps its neighbours in the order
/// that they had, and so its sums their bits.
final class Relabelling {
  private static final int CHUNK_ROWS = 1024;

  /// Edges that are renamed before they are written, in the first cache: so that these reads, all
  /// over the place too, wait for no write.
  private static final int CHUNK_EDGES = 4096;

  private Relabelling() {}

  /// Renumbers a graph: node `order[p]` becomes node p.
  static HopEdges relabel(CallerEdges given, int[] order, WorkerPool pool, Arena arena) {
    HopEdges edges = given.unweighted();
    int nodes = edges.nodes();
    EdgeWeights read = given.weights();
    MemorySegment rowPointers = arena.allocate((nodes + 1L) * Long.BYTES, Lanes.ALIGNMENT_BYTES);
    MemorySegment columns = HopMemory.allocate(arena, Math.max(1, edges.count() * Integer.BYTES));
    MemorySegment weights =
        read == null
            ? edges.weights()
            : HopMemory.allocate(arena, Math.max(1, edges.count() * Float.BYTES));
    int[] places = new int[nodes];
    long end = 0;
    for (int place = 0; place < nodes; place++) {
      int node = order[place];
      places[node] = place;
      end += edges.pointer(node + 1L) - edges.pointer(node);
      rowPointers.set(ValueLayout.JAVA_LONG, (place + 1L) * Long.BYTES, end);
    }
    HopEdges renumbered =
        new HopEdges(
            rowPointers, columns, weights, read == null ? 0 : Float.BYTES, nodes, edges.count());
    pool.run(
        chunks -> {
          int[] renamed = new int[CHUNK_EDGES];
          EdgeWeights.Reader reader = read == null ? null : read.reader();
          float[] values = new float[CHUNK_EDGES];
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int to = (int) Math.min(nodes, (chunk + 1) * CHUNK_ROWS);
            for (int node = (int) chunk * CHUNK_ROWS; node < to; ) {
              node = copy(edges, node, to, places, renumbered, renamed, reader, values);
            }
          }
        },
        Math.ceilDiv(nodes, CHUNK_ROWS));
    return renumbered;
  }

  /// Copies rows to their places, as many as are renamed at a time, or a piece of a longer one;
  /// returns the next row. Rows are read one after the other and written all over the place: a
  /// store that misses the cache is not waited for.
  private static int copy(
      HopEdges from,
      int node,
      int end,
      int[] places,
      HopEdges to,
      int[] renamed,
      EdgeWeights.@Nullable Reader reader,
      float[] values) {
    MemorySegment pointers = OffHeap.of(from.rowPointers());
    MemorySegment columns = OffHeap.of(from.columns());
    MemorySegment newPointers = OffHeap.of(to.rowPointers());
    MemorySegment newColumns = OffHeap.of(to.columns());
    MemorySegment newWeights = OffHeap.of(to.weights());
    long first = HopEdges.pointer(pointers, node);
    int next = node + 1;
    while (next < end && HopEdges.pointer(pointers, next + 1L) - first <= renamed.length) {
      next++;
    }
    long stop = HopEdges.pointer(pointers, next);
    for (long edge = first; edge < stop; edge += renamed.length) { // once, unless a row is long
      int count = (int) Math.min(renamed.length, stop - edge);
      for (int i = 0; i < count; i++) {
        renamed[i] = places[HopEdges.column(columns, edge + i)];
      }
      if (reader != null) {
        reader.read(rowOf(pointers, node, edge), edge, edge + count, values, 0);
      }
      int row = node;
      int done = 0;
      while (done < count) {
        long at = edge + done;
        row = rowOf(pointers, row, at);
        int run = (int) Math.min(count - done, HopEdges.pointer(pointers, row + 1L) - at);
        long target =
            HopEdges.pointer(newPointers, places[row]) + at - HopEdges.pointer(pointers, row);
        MemorySegment.copy(
            renamed, done, newColumns, ValueLayout.JAVA_INT, target * Integer.BYTES, run);
        if (reader != null) {
          MemorySegment.copy(
              values, done, newWeights, ValueLayout.JAVA_FLOAT, target * Float.BYTES, run);
        }
        done += run;
      }
    }
    return next;
  }

  /// The row of an edge, at least `row`.
  private static int rowOf(MemorySegment pointers, int row, long edge) {
    int found = row;
    while (HopEdges.pointer(pointers, found + 1L) <= edge) {
      found++;
    }
    return found;
  }
}
