package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// A weighted graph in compressed sparse rows, with how a row's neighbours are put together: row v
/// lists the nodes whose features are aggregated for v. The segments may be on the heap or not, and
/// are not written to.
///
/// @param rowPointers int64 `[nodes + 1]`, where each row begins in `columns`, and the end; begins
///   with 0, never falls
/// @param columns int32 `[edges]`, neighbour ids, within `[0, nodes)`
/// @param weights no NaN among them; null where every weight is 1
/// @param aggregation how the messages of a row become one
/// @param nodes the number of rows, below 2^31
/// @param edges the number of edges; may be beyond 2^31
public record HopOperand(
    MemorySegment rowPointers,
    MemorySegment columns,
    @Nullable EdgeWeights weights,
    Aggregation aggregation,
    int nodes,
    long edges) {
  /// Rows longer than this are summed in segments of exactly so many edges.
  public static final int SEGMENT_EDGES = 512;

  private static final int COPIED_ROWS = 1 << 11;
  private static final int COPIED_EDGES = 1 << 12;

  /// Writes all weights in the order of the edges.
  ///
  /// @param target float32 `[edges]`, off the heap
  /// @throws IllegalStateException if there are none
  public void copyWeights(WorkerPool pool, MemorySegment target) {
    EdgeWeights copied = weights;
    if (copied == null) {
      throw new IllegalStateException("every weight is 1: there are none to copy");
    }
    pool.run(
        chunks -> {
          EdgeWeights.Reader reader = copied.reader();
          float[] values = new float[COPIED_EDGES];
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long row = chunk * COPIED_ROWS;
            long end = pointer(Math.min(nodes, row + COPIED_ROWS));
            for (long edge = pointer(row); edge < end; edge += COPIED_EDGES) {
              while (pointer(row + 1) <= edge) {
                row++;
              }
              int count = (int) Math.min(COPIED_EDGES, end - edge);
              reader.read((int) row, edge, edge + count, values, 0);
              MemorySegment.copy(
                  values, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED, edge * Float.BYTES, count);
            }
          }
        },
        Math.ceilDiv(nodes, COPIED_ROWS));
  }

  private long pointer(long row) {
    return rowPointers.get(ValueLayout.JAVA_LONG_UNALIGNED, row * Long.BYTES);
  }

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
