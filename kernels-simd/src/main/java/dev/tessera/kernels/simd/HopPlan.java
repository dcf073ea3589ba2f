package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// How a graph is gone through: as it is, with its nodes in another order, or block by block of
/// source rows.
final class HopPlan implements AutoCloseable {
  private final CallerEdges given;
  private final @Nullable HopEdges reordered;
  private final int @Nullable [] order;
  private final @Nullable HopBlocks blocks;
  private final @Nullable Arena memory;
  private final long nanos;
  private final String reason;

  private HopPlan(
      CallerEdges given,
      @Nullable HopEdges reordered,
      int @Nullable [] order,
      @Nullable HopBlocks blocks,
      @Nullable Arena memory,
      long nanos,
      String reason) {
    this.given = given;
    this.reordered = reordered;
    this.order = order;
    this.blocks = blocks;
    this.memory = memory;
    this.nanos = nanos;
    this.reason = reason;
  }

  /// The graph as it is.
  ///
  /// @param nanos what finding that out took
  /// @param reason what was chosen and why, in words and figures
  static HopPlan plain(CallerEdges given, long nanos, String reason) {
    return new HopPlan(given, null, null, null, null, nanos, reason);
  }

  /// The graph with its nodes in another order.
  ///
  /// @param edges in that order
  /// @param memory holds the edges, closed with the plan
  static HopPlan reordered(
      CallerEdges given, HopEdges edges, int[] order, Arena memory, long nanos, String reason) {
    return new HopPlan(given, edges, order, null, memory, nanos, reason);
  }

  /// The graph block by block.
  ///
  /// @param memory holds the blocks, closed with the plan
  static HopPlan blocks(
      CallerEdges given, HopBlocks blocks, Arena memory, long nanos, String reason) {
    return new HopPlan(given, null, null, blocks, memory, nanos, reason);
  }

  /// Computes weights that every call will ask for.
  void prepare() {
    if (blocks == null) {
      edges();
    }
  }

  /// The edges, in the plan's numbering.
  HopEdges edges() {
    return reordered == null ? given.weighted() : reordered;
  }

  /// For each place of that numbering the caller's node; null for the caller's own.
  int @Nullable [] order() {
    return order;
  }

  /// The edges by blocks; null where rows are gathered from everywhere at once.
  @Nullable HopBlocks blocks() {
    return blocks;
  }

  /// What making it took.
  long nanos() {
    return nanos;
  }

  /// What was chosen and why, in words and figures.
  String reason() {
    return reason;
  }

  /// What it holds beside the caller's graph, in bytes.
  long bytes() {
    if (blocks != null) {
      return blocks.bytes();
    }
    return reordered == null || order == null
        ? 0
        : reordered.bytes() + (long) order.length * Integer.BYTES;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
