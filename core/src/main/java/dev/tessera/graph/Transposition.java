package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Turns every edge round: a stable counting sort by column. As rows are read in ascending order,
/// each new row's neighbours ascend, and parallel edges keep their order.
final class Transposition {
  private final Graph graph;
  private final MemorySegment columns;

  private Transposition(Graph graph) {
    this.graph = graph;
    this.columns = graph.columns();
  }

  static Graph of(Graph graph, int threads) {
    return new Transposition(graph).run(threads);
  }

  private Graph run(int threads) {
    int nodes = graph.nodes();
    Arena arena = Arena.ofAuto();
    MemorySegment pointers = GraphMemory.pointers(arena, nodes);
    GraphMemory turned = GraphMemory.of(arena, pointers, graph.edges(), graph.isWeighted());
    try (WorkerPool pool = CountingSort.pool(threads, graph.edges())) {
      CountingSort.shareKeys(pool, nodes, (low, high) -> count(low, high, pointers));
      CountingSort.accumulate(pointers, nodes);
      CountingSort.shareEdges(pool, pointers, nodes, (low, high) -> place(low, high, turned));
    }
    CountingSort.rewind(pointers, nodes);
    return new Graph(pointers, turned.columns(), turned.weights(), nodes, graph.edges(), true);
  }

  private void count(int low, int high, MemorySegment pointers) {
    for (long edge = 0; edge < graph.edges(); edge++) {
      int key = columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
      if (key >= low && key < high) {
        CountingSort.count(pointers, key);
      }
    }
  }

  private void place(int low, int high, GraphMemory turned) {
    for (int row = 0; row < graph.nodes(); row++) {
      long end = graph.rowEnd(row);
      for (long edge = graph.rowBegin(row); edge < end; edge++) {
        int key = columns.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
        if (key >= low && key < high) {
          turned.set(CountingSort.take(turned.rowPointers(), key), row, graph.weight(edge));
        }
      }
    }
  }
}
