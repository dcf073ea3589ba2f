package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Sorts a list of edges into rows: by column first, then, in the order so found, by row, both in
/// parallel and stable. The edges of a row so end up ascending, parallel ones as they were listed.
final class GraphBuilder {
  /// Edges a thread checks at a time.
  private static final int CHUNK_EDGES = 1 << 14;

  private static final long NOWHERE = Long.MAX_VALUE;

  private final EdgeList list;
  private final GraphOptions options;

  /// Whether self loops are left out: none stays, or all are made anew.
  private final boolean dropsLoops;

  private GraphBuilder(EdgeList list, GraphOptions options) {
    this.list = list;
    this.options = options;
    dropsLoops = options.selfLoops() == SelfLoops.REMOVE || options.selfLoops() == SelfLoops.SET;
  }

  static Graph build(EdgeList list, GraphOptions options) {
    Graph sorted = new GraphBuilder(list, options).sort();
    return RowEdit.edit(sorted, options.selfLoops(), options.duplicates(), options.threads());
  }

  private Graph sort() {
    try (WorkerPool pool = CountingSort.pool(options.threads(), list.size());
        Arena arena = Arena.ofShared()) {
      int nodes = check(pool);
      MemorySegment pointers = GraphMemory.pointers(arena, nodes);
      CountingSort.shareKeys(pool, nodes, (low, high) -> count(low, high, pointers));
      CountingSort.accumulate(pointers, nodes);
      long edges = pointers.getAtIndex(ValueLayout.JAVA_LONG, nodes);
      GraphMemory byColumn = GraphMemory.of(arena, pointers, edges, list.isWeighted());
      CountingSort.shareEdges(pool, pointers, nodes, (low, high) -> place(low, high, byColumn));
      CountingSort.rewind(pointers, nodes);
      Graph turned =
          new Graph(pointers, byColumn.columns(), byColumn.weights(), nodes, edges, false);
      return turned.transposed(options.threads());
    }
  }

  /// Checks every edge.
  ///
  /// @return the number of nodes
  private int check(WorkerPool pool) {
    AtomicLong firstBad = new AtomicLong(NOWHERE);
    AtomicInteger greatest = new AtomicInteger(-1);
    int nodes = options.nodes() == GraphOptions.FROM_EDGES ? Integer.MAX_VALUE : options.nodes();
    pool.run(
        chunks -> {
          int greatestHere = -1;
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(list.size(), (chunk + 1) * CHUNK_EDGES);
            for (long edge = chunk * CHUNK_EDGES; edge < end; edge++) {
              int source = list.source(edge);
              int target = list.target(edge);
              if (Math.min(source, target) < 0
                  || Math.max(source, target) >= nodes
                  || Float.isNaN(list.weight(edge))) {
                firstBad.accumulateAndGet(edge, Math::min);
                break;
              }
              greatestHere = Math.max(greatestHere, Math.max(source, target));
            }
          }
          greatest.accumulateAndGet(greatestHere, Math::max);
        },
        Math.ceilDiv(list.size(), (long) CHUNK_EDGES));
    if (firstBad.get() != NOWHERE) {
      throw refuse(firstBad.get(), nodes);
    }
    return options.nodes() == GraphOptions.FROM_EDGES ? greatest.get() + 1 : nodes;
  }

  private IllegalArgumentException refuse(long edge, int nodes) {
    int source = list.source(edge);
    int target = list.target(edge);
    if (Float.isNaN(list.weight(edge))) {
      return new IllegalArgumentException(
          "edge %d (%d -> %d) has the weight NaN".formatted(edge, source, target));
    }
    return new IllegalArgumentException(
        "edge %d is %d -> %d, the nodes are [0, %d)".formatted(edge, source, target, nodes));
  }

  private void count(int low, int high, MemorySegment pointers) {
    for (long edge = 0; edge < list.size(); edge++) {
      int source = list.source(edge);
      int target = list.target(edge);
      if (source == target && dropsLoops) {
        continue;
      }
      if (source >= low && source < high) {
        CountingSort.count(pointers, source);
      }
      if (options.undirected() && target >= low && target < high && source != target) {
        CountingSort.count(pointers, target);
      }
    }
  }

  private void place(int low, int high, GraphMemory byColumn) {
    MemorySegment pointers = byColumn.rowPointers();
    for (long edge = 0; edge < list.size(); edge++) {
      int source = list.source(edge);
      int target = list.target(edge);
      if (source == target && dropsLoops) {
        continue;
      }
      if (source >= low && source < high) {
        byColumn.set(CountingSort.take(pointers, source), target, list.weight(edge));
      }
      if (options.undirected() && target >= low && target < high && source != target) {
        byColumn.set(CountingSort.take(pointers, target), source, list.weight(edge));
      }
    }
  }
}
