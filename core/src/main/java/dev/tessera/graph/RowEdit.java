package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Merges repeated edges and puts self loops right, row by row: once to count, once to write.
final class RowEdit {
  /// Rows a thread takes at a time.
  private static final int CHUNK_ROWS = 1 << 11;

  private static final long NOWHERE = Long.MAX_VALUE;

  private final Graph graph;
  private final SelfLoops selfLoops;
  private final Duplicates duplicates;

  /// Set while counting: whether any row comes out otherwise than it was.
  private final AtomicBoolean changes = new AtomicBoolean();

  /// Set while counting: whether a loop without a weight has become heavier.
  private final AtomicBoolean needsWeights = new AtomicBoolean();

  /// Set while counting: the first edge that stands twice, where that is refused.
  private final AtomicLong repeated = new AtomicLong(NOWHERE);

  private RowEdit(Graph graph, SelfLoops selfLoops, Duplicates duplicates) {
    this.graph = graph;
    this.selfLoops = selfLoops;
    this.duplicates = duplicates;
  }

  /// The edited graph, or `graph` itself where nothing changes.
  ///
  /// @param graph sorted, unless `duplicates` are kept
  static Graph edit(Graph graph, SelfLoops selfLoops, Duplicates duplicates, int threads) {
    if (selfLoops == SelfLoops.KEEP && duplicates == Duplicates.KEEP) {
      return graph;
    }
    return new RowEdit(graph, selfLoops, duplicates).run(threads);
  }

  private Graph run(int threads) {
    int nodes = graph.nodes();
    Arena arena = Arena.ofAuto();
    MemorySegment pointers = GraphMemory.pointers(arena, nodes);
    try (WorkerPool pool = CountingSort.pool(threads, graph.edges())) {
      everyRow(
          pool,
          row -> pointers.set(ValueLayout.JAVA_LONG, (row + 1L) * Long.BYTES, edit(row, null, 0)));
      refuseRepeated();
      if (!changes.get()) {
        return graph;
      }
      CountingSort.accumulate(pointers, nodes);
      long edges = pointers.get(ValueLayout.JAVA_LONG, nodes * (long) Long.BYTES);
      boolean weighted = graph.isWeighted() || needsWeights.get();
      GraphMemory edited = GraphMemory.of(arena, pointers, edges, weighted);
      everyRow(
          pool,
          row -> edit(row, edited, pointers.get(ValueLayout.JAVA_LONG, row * (long) Long.BYTES)));
      return new Graph(
          pointers, edited.columns(), edited.weights(), nodes, edges, graph.isSorted());
    }
  }

  private interface Row {
    void edit(int row);
  }

  private void everyRow(WorkerPool pool, Row work) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(graph.nodes(), (chunk + 1) * CHUNK_ROWS);
            for (long row = chunk * CHUNK_ROWS; row < end; row++) {
              work.edit((int) row);
            }
          }
        },
        Math.ceilDiv(graph.nodes(), CHUNK_ROWS));
  }

  private void refuseRepeated() {
    long edge = repeated.get();
    if (edge != NOWHERE) {
      int row = 0;
      while (graph.rowEnd(row) <= edge) {
        row++;
      }
      throw new IllegalArgumentException(
          "the edge %d -> %d stands more than once".formatted(graph.neighbour(edge), row));
    }
  }

  /// Counts the edges that `row` will have, or writes them from place `at` on.
  ///
  /// @param edited null to count
  private long edit(int row, @Nullable GraphMemory edited, long at) {
    long end = graph.rowEnd(row);
    long begin = graph.rowBegin(row);
    boolean missing = needsLoop(row, begin, end);
    boolean heavier = selfLoops == SelfLoops.ADD;
    long place = at;
    for (long edge = begin; edge < end; ) {
      int column = graph.neighbour(edge);
      long next = edge + 1;
      float weight = graph.weight(edge);
      while (duplicates != Duplicates.KEEP && next < end && graph.neighbour(next) == column) {
        if (duplicates == Duplicates.MERGE && graph.isWeighted()) {
          weight += graph.weight(next);
          refuseNan(weight, column, row);
        }
        if (duplicates == Duplicates.REFUSE) {
          repeated.accumulateAndGet(next, Math::min);
        }
        next++;
      }
      edge = next;
      if (column == row) {
        if (selfLoops == SelfLoops.REMOVE || selfLoops == SelfLoops.SET) {
          continue;
        }
        if (heavier) {
          weight += 1;
          heavier = false;
          needsWeights.set(true);
          changes.set(true);
        }
      }
      if (missing && column > row) {
        write(edited, place++, row, 1f);
        missing = false;
      }
      write(edited, place++, column, weight);
    }
    if (missing) {
      write(edited, place++, row, 1f);
    }
    if (edited == null && (place - at != end - begin || selfLoops == SelfLoops.SET)) {
      changes.set(true);
    }
    return place - at;
  }

  private static void refuseNan(float weight, int column, int row) {
    if (Float.isNaN(weight)) {
      throw new IllegalArgumentException(
          "the weights of the edges %d -> %d add up to NaN".formatted(column, row));
    }
  }

  private boolean needsLoop(int row, long begin, long end) {
    return switch (selfLoops) {
      case KEEP, REMOVE -> false;
      case SET -> true;
      case ADD, FILL -> !hasLoop(row, begin, end);
    };
  }

  private boolean hasLoop(int row, long begin, long end) {
    for (long edge = begin; edge < end; edge++) {
      if (graph.neighbour(edge) == row) {
        return true;
      }
    }
    return false;
  }

  private static void write(@Nullable GraphMemory edited, long place, int column, float weight) {
    if (edited != null) {
      edited.set(place, column, weight);
    }
  }
}
