package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Aggregates rows by the definition, without vectors: for rows that are narrower than a vector,
/// and while the JVM has not yet compiled vector code. For one thread.
final class HopDefinition {
  private float[] message = new float[0];
  private float[] part = new float[0];
  private float[] total = new float[0];

  /// Aggregates rows `from` to `to - 1`; means are left to be divided.
  ///
  /// @param messages what the edges add; null for nothing
  /// @param column the first column, in bytes from the begin of a row of the messages
  /// @param halves whether rows are of bfloat16, as [HalfRows] packs them
  /// @param source rows to gather; row j's columns begin at byte `sourceAt + j * sourceStride`
  /// @param width how many columns
  /// @param target written; row `from` goes to byte `targetAt`
  void aggregate(
      HopEdges edges,
      int from,
      int to,
      Aggregation aggregation,
      @Nullable HopMessages messages,
      long column,
      boolean halves,
      MemorySegment source,
      long sourceAt,
      long sourceStride,
      int width,
      MemorySegment target,
      long targetAt,
      long targetStride) {
    if (part.length < width) {
      message = new float[width];
      part = new float[width];
      total = new float[width];
    }
    MemorySegment columns = edges.columns();
    MemorySegment weights = edges.weights();
    long end = edges.pointer(from);
    for (int row = from; row < to; row++) {
      long first = end;
      end = edges.pointer(row + 1L);
      Arrays.fill(total, 0, width, 0f);
      for (long begin = first; begin < end; begin += HopOperand.SEGMENT_EDGES) {
        boolean max = aggregation == Aggregation.MAX;
        Arrays.fill(part, 0, width, max ? Float.NEGATIVE_INFINITY : 0f);
        long stop = Math.min(end, begin + HopOperand.SEGMENT_EDGES);
        for (long edge = begin; edge < stop; edge++) {
          long at = sourceAt + HopEdges.column(columns, edge) * sourceStride;
          if (halves) {
            HalfRows.unpack(source, at, message, width);
          } else {
            MemorySegment.copy(source, ValueLayout.JAVA_FLOAT_UNALIGNED, at, message, 0, width);
          }
          if (messages != null) {
            addTo(message, width, messages, messages.rowOffset(edge) + column);
          }
          float weight = HopEdges.weight(weights, edge * edges.weightStep());
          if (max) {
            max(part, message, weight, width);
          } else {
            sum(part, message, weight, width);
          }
        }
        join(total, part, width, begin == first, max);
      }
      MemorySegment.copy(
          total,
          0,
          target,
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          targetAt + (row - from) * targetStride,
          width);
    }
  }

  private static void addTo(float[] message, int width, HopMessages messages, long at) {
    MemorySegment table = messages.table();
    float floor = messages.floor();
    for (int i = 0; i < width; i++) {
      float m =
          message[i] + table.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at + (long) i * Float.BYTES);
      message[i] = m <= floor ? floor : m;
    }
  }

  private static void sum(float[] part, float[] message, float weight, int width) {
    for (int i = 0; i < width; i++) {
      part[i] = Math.fma(weight, message[i], part[i]);
    }
  }

  private static void max(float[] part, float[] message, float weight, int width) {
    for (int i = 0; i < width; i++) {
      float m = weight * message[i];
      if (m > part[i] || Float.isNaN(m)) {
        part[i] = m;
      }
    }
  }

  private static void join(float[] total, float[] part, int width, boolean first, boolean max) {
    for (int i = 0; i < width; i++) {
      if (first) {
        total[i] = part[i];
      } else if (!max) {
        total[i] = total[i] + part[i];
      } else if (part[i] > total[i] || Float.isNaN(part[i])) {
        total[i] = part[i];
      }
    }
  }
}
