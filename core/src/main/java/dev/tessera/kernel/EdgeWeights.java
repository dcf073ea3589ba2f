package dev.tessera.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The weights of a graph's edges, as they lie in memory or computed as they are asked for: a
/// kernel that keeps them in an order of its own then holds the only copy. Thread-safe, and the
/// same each time.
public interface EdgeWeights {
  /// Gives weights to one thread.
  interface Reader {
    /// Writes the weights of edges `begin` to `end - 1`, of one row or of several that follow each
    /// other.
    ///
    /// @param row the row that the first belongs to
    /// @param weights written, from `at` on
    void read(int row, long begin, long end, float[] weights, int at);
  }

  /// A reader for one thread.
  Reader reader();

  /// All weights in the order of the edges: float32 `[edges]`, no NaN, at any alignment, not to be
  /// written to. Null if they are computed: [HopOperand#copyWeights] then has them.
  default @Nullable MemorySegment stored() {
    return null;
  }

  /// Weights that are there already.
  ///
  /// @param weights float32 `[edges]`, no NaN; not copied
  static EdgeWeights of(MemorySegment weights) {
    return new EdgeWeights() {
      @Override
      public Reader reader() {
        return (row, begin, end, target, at) ->
            MemorySegment.copy(
                weights,
                ValueLayout.JAVA_FLOAT_UNALIGNED,
                begin * Float.BYTES,
                target,
                at,
                (int) (end - begin));
      }

      @Override
      public MemorySegment stored() {
        return weights;
      }
    };
  }
}
