package dev.tessera.kernels.simd;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// How a graph is gone through: as it is, with its nodes in another order, or block by block of
/// source rows.
///
/// @param edges the edges, in the plan's numbering
/// @param order for each place of that numbering the caller's node; null for the caller's own
/// @param blocks the edges by blocks; null where rows are gathered from everywhere at once
/// @param memory what the plan holds; null for nothing
/// @param nanos what making it took
/// @param bytes what it holds
/// @param reason what was chosen and why, in words and figures
record HopPlan(
    HopEdges edges,
    int @Nullable [] order,
    @Nullable HopBlocks blocks,
    @Nullable Arena memory,
    long nanos,
    long bytes,
    String reason)
    implements AutoCloseable {
  /// The graph as it is.
  static HopPlan plain(HopEdges edges, long nanos, String reason) {
    return new HopPlan(edges, null, null, null, nanos, 0, reason);
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
    }
  }
}
