package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Holds compressed sparse rows to what they must be, before anybody follows them.
final class CsrCheck {
  /// Rows a thread takes at a time.
  private static final int CHUNK_ROWS = 1 << 12;

  private static final long NOWHERE = Long.MAX_VALUE;

  private CsrCheck() {}

  static Graph check(
      MemorySegment rowPointers,
      MemorySegment columns,
      @Nullable MemorySegment weights,
      int threads) {
    long pointers = rowPointers.byteSize() / Long.BYTES;
    long edges = columns.byteSize() / Integer.BYTES;
    if (rowPointers.byteSize() % Long.BYTES != 0 || pointers < 1) {
      throw new IllegalArgumentException(
          "row pointers are int64, at least one, not " + rowPointers.byteSize() + " bytes");
    }
    if (columns.byteSize() % Integer.BYTES != 0) {
      throw new IllegalArgumentException("columns are int32, not " + columns.byteSize() + " bytes");
    }
    if (pointers - 1 > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a graph has less than 2^31 nodes, not " + (pointers - 1));
    }
    if (weights != null && weights.byteSize() != edges * Float.BYTES) {
      throw new IllegalArgumentException(
          "%d edges have %d bytes of float32 weights, not %d"
              .formatted(edges, edges * Float.BYTES, weights.byteSize()));
    }
    int nodes = (int) (pointers - 1);
    checkPointers(rowPointers, nodes, edges);
    boolean sorted = checkRows(rowPointers, columns, weights, nodes, threads);
    return new Graph(rowPointers, columns, weights, nodes, edges, sorted);
  }

  private static void checkPointers(MemorySegment rowPointers, int nodes, long edges) {
    long last = pointer(rowPointers, 0);
    if (last != 0) {
      throw new IllegalArgumentException("row pointers begin with 0, not " + last);
    }
    for (long row = 0; row < nodes; row++) {
      long next = pointer(rowPointers, row + 1);
      if (next < last) {
        throw new IllegalArgumentException(
            "row pointers never fall: row %d begins at %d and ends at %d"
                .formatted(row, last, next));
      }
      last = next;
    }
    if (last != edges) {
      throw new IllegalArgumentException(
          "the row pointers end with %d, there are %d columns".formatted(last, edges));
    }
  }

  private static boolean checkRows(
      MemorySegment rowPointers,
      MemorySegment columns,
      @Nullable MemorySegment weights,
      int nodes,
      int threads) {
    AtomicLong firstBad = new AtomicLong(NOWHERE);
    AtomicBoolean sorted = new AtomicBoolean(true);
    try (WorkerPool pool = CountingSort.pool(threads, columns.byteSize() / Integer.BYTES)) {
      pool.run(
          chunks -> {
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              long end = Math.min(nodes, (chunk + 1) * CHUNK_ROWS);
              for (long row = chunk * CHUNK_ROWS; row < end; row++) {
                long bad = scanRow(rowPointers, columns, weights, row, nodes, sorted);
                firstBad.accumulateAndGet(bad, Math::min);
              }
            }
          },
          Math.ceilDiv(nodes, CHUNK_ROWS));
    }
    long edge = firstBad.get();
    if (edge == NOWHERE) {
      return sorted.get();
    }
    int column = columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
    if (column < 0 || column >= nodes) {
      throw new IllegalArgumentException(
          "edge %d of row %d leads to %d, the nodes are [0, %d)"
              .formatted(edge, rowOf(rowPointers, nodes, edge), column, nodes));
    }
    throw new IllegalArgumentException(
        "edge %d of row %d has the weight NaN".formatted(edge, rowOf(rowPointers, nodes, edge)));
  }

  /// @return the first edge that is not what it must be, or [#NOWHERE]
  private static long scanRow(
      MemorySegment rowPointers,
      MemorySegment columns,
      @Nullable MemorySegment weights,
      long row,
      int nodes,
      AtomicBoolean sorted) {
    long end = pointer(rowPointers, row + 1);
    int last = -1;
    boolean ascending = true;
    for (long edge = pointer(rowPointers, row); edge < end; edge++) {
      int column = columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
      if (column < 0 || column >= nodes) {
        return edge;
      }
      if (weights != null
          && Float.isNaN(weights.get(ValueLayout.JAVA_FLOAT_UNALIGNED, edge * Float.BYTES))) {
        return edge;
      }
      ascending &= column >= last;
      last = column;
    }
    if (!ascending) {
      sorted.set(false);
    }
    return NOWHERE;
  }

  /// The row whose edges `edge` is among.
  private static long rowOf(MemorySegment rowPointers, int nodes, long edge) {
    long low = 0;
    long high = nodes;
    while (high - low > 1) {
      long middle = (low + high) / 2;
      if (pointer(rowPointers, middle) <= edge) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long pointer(MemorySegment rowPointers, long row) {
    return rowPointers.get(ValueLayout.JAVA_LONG_UNALIGNED, row * Long.BYTES);
  }
}
