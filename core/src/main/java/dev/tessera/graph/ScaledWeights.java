package dev.tessera.graph;

import dev.tessera.kernel.EdgeWeights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A graph's weights times the factors of their edges' ends, computed where they are asked for. A
/// factor of 0 makes 0 of any weight.
///
/// @param graph its weights are read
/// @param factors what they are multiplied by
record ScaledWeights(Graph graph, EndFactors factors) implements EdgeWeights {
  private static final int PIECE_EDGES = 512;

  @Override
  public Reader reader() {
    return new ScalingReader();
  }

  private final class ScalingReader implements Reader {
    private final int[] columns = new int[PIECE_EDGES];
    private final float[] own = new float[graph.isWeighted() ? PIECE_EDGES : 0];

    @Override
    public void read(int row, long begin, long end, float[] weights, int at) {
      MemorySegment given = graph.weights();
      int first = row;
      int to = at;
      for (long edge = begin; edge < end; edge += PIECE_EDGES) {
        int count = (int) Math.min(PIECE_EDGES, end - edge);
        MemorySegment.copy(
            graph.columns(),
            ValueLayout.JAVA_INT_UNALIGNED,
            edge * Integer.BYTES,
            columns,
            0,
            count);
        factors.find(columns, count);
        first = write(first, edge, count, weights, to);
        if (given != null) {
          scale(given, edge, count, weights, to);
        }
        to += count;
      }
    }

    /// Writes the factors of some edges, the first of which is in `row` or later; returns the last
    /// one's row.
    private int write(int row, long edge, int count, float[] weights, int at) {
      int each = row;
      int done = 0;
      while (done < count) {
        long left = graph.rowEnd(each) - edge - done;
        if (left <= 0) {
          each++;
          continue;
        }
        int to = (int) Math.min(count, done + left);
        factors.write(each, columns, done, to, weights, at + done);
        done = to;
      }
      return each;
    }

    private void scale(MemorySegment given, long edge, int count, float[] weights, int at) {
      MemorySegment.copy(
          given, ValueLayout.JAVA_FLOAT_UNALIGNED, edge * Float.BYTES, own, 0, count);
      for (int i = 0; i < count; i++) {
        float factor = weights[at + i];
        weights[at + i] = factor == 0 ? 0 : own[i] * factor;
      }
    }
  }
}
