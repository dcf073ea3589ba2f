package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A weighted graph in compressed sparse rows, with how a row's neighbours are put together: row v
/// lists the nodes whose features are aggregated for v. The segments may be on the heap or not, and
/// are not written to.
///
/// @param rowPointers int64 `[nodes + 1]`, where each row begins in `columns`, and the end; begins
///   with 0, never falls
/// @param columns int32 `[edges]`, neighbour ids, within `[0, nodes)`
/// @param weights float32 `[edges]`, no NaN; null where every weight is 1
/// @param aggregation how the messages of a row become one
/// @param nodes the number of rows, below 2^31
/// @param edges the number of edges; may be beyond 2^31
public record HopOperand(
    MemorySegment rowPointers,
    MemorySegment columns,
    @Nullable MemorySegment weights,
    Aggregation aggregation,
    int nodes,
    long edges) {
  /// Rows longer than this are summed in segments of exactly so many edges.
  public static final int SEGMENT_EDGES = 512;

  /// How the messages `m_e` of a row's edges, in CSR order, become one row. Without weights `m =
  /// x`. A row without edges becomes zeros.
  public enum Aggregation {
    /// `acc = fma(w, x, acc)` in float32 from `+0`, in segments of exactly [#SEGMENT_EDGES] edges,
    /// each from `+0`; the segments' sums are added in order, `((s0 + s1) + s2) ...`. Without
    /// weights `acc = x + acc`.
    SUM,

    /// The sum, then one correctly rounded float32 division by the row's number of edges, which is
    /// itself rounded to float32.
    MEAN,

    /// From the first message on, `m` takes the place of `acc` if `m > acc` or m is NaN, where `m =
    /// w * x` rounded to float32: so a NaN stays, and of equal messages, -0 and +0 among them, the
    /// first stays. Segments do not matter.
    MAX
  }
}
