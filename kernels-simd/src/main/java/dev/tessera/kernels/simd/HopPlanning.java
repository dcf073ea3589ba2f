package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Chooses how to go through a graph, from its shape: nodes are reordered where groups of
/// neighbours are found whose nodes lie far apart; else edges are sorted by blocks where rows are
/// long enough to meet most blocks several times; else the graph is taken as it is.
final class HopPlanning {
  /// What may be chosen.
  enum Choice {
    /// What pays by the graph's shape.
    MEASURED,
    /// The graph as it is.
    PLAIN,
    /// Nodes in another order, whatever that brings.
    REORDERED,
    /// Edges by blocks, where rows ascend.
    BLOCKS
  }

  /// Rows of fewer nodes stay in the caches in any order.
  private static final int LEAST_NODES = 1 << 14;

  /// Neighbours within so many rows of their row are close: they are in the second cache.
  private static final int CLOSE_ROWS = Communities.MOST_NODES;

  /// Edges that are looked at to learn how many are close.
  private static final int SAMPLED_EDGES = 1 << 15;

  /// Label propagation goes on after two rounds where at least so many neighbours share a label.
  private static final double PROMISING_SHARE = 0.15;

  /// Reordering pays where it brings at least so many more of the neighbours close.
  private static final double LEAST_GAIN = 0.3;

  /// Blocks pay where a row has so many edges in each, on average: its sums go through memory once
  /// a block.
  private static final double LEAST_EDGES_PER_BLOCK = 2.5;

  /// With fewer blocks all rows are near anyway.
  private static final int LEAST_BLOCKS = 8;

  private final CallerEdges given;
  private final HopEdges edges;
  private final WorkerPool pool;
  private final HopPaces paces;
  private final HopBlocks.Sizes sizes;
  private final long start = System.nanoTime();

  private HopPlanning(CallerEdges given, WorkerPool pool, HopPaces paces, HopBlocks.Sizes sizes) {
    this.given = given;
    edges = given.unweighted();
    this.pool = pool;
    this.paces = paces;
    this.sizes = sizes;
  }

  /// Makes a plan.
  static HopPlan plan(
      CallerEdges given, WorkerPool pool, HopPaces paces, Choice choice, HopBlocks.Sizes sizes) {
    HopPlanning planning = new HopPlanning(given, pool, paces, sizes);
    return switch (choice) {
      case MEASURED -> planning.measured();
      case PLAIN -> HopPlan.plain(given, 0, "rows as they are");
      case REORDERED -> planning.reordered(planning.propagated(3), "");
      case BLOCKS -> {
        HopPlan blocks = planning.blocks("");
        yield blocks == null ? planning.plain("rows as they are: columns do not ascend") : blocks;
      }
    };
  }

  private HopPlan measured() {
    int nodes = edges.nodes();
    if (nodes < LEAST_NODES) {
      return plain("rows as they are: %,d nodes are few".formatted(nodes));
    }
    double close = share(null);
    String shape =
        "%.1f edges a row, %.0f %% of neighbours close"
            .formatted((double) edges.count() / nodes, 100 * close);
    if (close > 1 - LEAST_GAIN) {
      return plain("rows as they are: " + shape);
    }
    double perBlock = (double) edges.count() / nodes * sizes.blockRows() / nodes;
    boolean many = nodes >= LEAST_BLOCKS * sizes.blockRows();
    if (many && perBlock >= LEAST_EDGES_PER_BLOCK) {
      HopPlan blocks = blocks(": " + shape);
      if (blocks != null) {
        return blocks;
      }
    }
    Communities communities = propagated(2);
    double grouped = share(communities);
    if (grouped >= PROMISING_SHARE) {
      communities.round();
      grouped = share(communities);
    }
    String groups = "%s, %.0f %% within groups".formatted(shape, 100 * grouped);
    return grouped >= close + LEAST_GAIN
        ? reordered(communities, ": " + groups)
        : plain("rows as they are: " + groups);
  }

  private Communities propagated(int rounds) {
    Communities communities = new Communities(edges, pool, paces);
    for (int round = 0; round < rounds; round++) {
      communities.round();
    }
    return communities;
  }

  private HopPlan plain(String reason) {
    return HopPlan.plain(given, System.nanoTime() - start, reason);
  }

  @SuppressWarnings("MustBeClosedChecker") // closed by the plan
  private HopPlan reordered(Communities communities, String why) {
    Arena arena = Arena.ofShared();
    try {
      int[] order = communities.order();
      HopEdges relabelled = Relabelling.relabel(given, order, pool, arena);
      long nanos = System.nanoTime() - start;
      return HopPlan.reordered(given, relabelled, order, arena, nanos, "nodes reordered" + why);
    } catch (RuntimeException | Error e) { // interrupted, or out of memory
      arena.close();
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // closed by the plan
  private @Nullable HopPlan blocks(String why) {
    Arena arena = Arena.ofShared();
    try {
      HopBlocks blocks = HopBlocks.build(given, sizes, pool, arena);
      if (blocks != null) {
        String reason =
            "%d blocks of %,d source rows%s".formatted(blocks.blocks(), blocks.blockRows(), why);
        return HopPlan.blocks(given, blocks, arena, System.nanoTime() - start, reason);
      }
    } catch (RuntimeException | Error e) { // interrupted, or out of memory
      arena.close();
      throw e;
    }
    arena.close();
    return null;
  }

  /// The share of neighbours that are close to their row: by number, or by group.
  private double share(@Nullable Communities communities) {
    long step = Math.max(1, edges.count() / SAMPLED_EDGES);
    long sampled = 0;
    long close = 0;
    int row = 0;
    for (long edge = 0; edge < edges.count(); edge += step) {
      while (edges.pointer(row + 1L) <= edge) {
        row++;
      }
      int column = HopEdges.column(edges.columns(), edge);
      boolean isClose =
          communities == null
              ? Math.abs(column - row) < CLOSE_ROWS
              : communities.label(row) == communities.label(column);
      close += isClose ? 1 : 0;
      sampled++;
    }
    return sampled == 0 ? 1 : (double) close / sampled;
  }
}
