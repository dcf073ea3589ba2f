package dev.tessera.internal.scalar;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopOperand;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Aggregates one row after the other, all columns side by side. For one thread.
final class ScalarHopRow {
  private final HopOperand operand;
  private final FloatMatrix source;
  private final @Nullable EdgeMessages messages;
  private final EdgeWeights.@Nullable Reader reader;

  /// The weights of one segment of the row; 1 where there are none.
  private final float[] weights = new float[HopOperand.SEGMENT_EDGES];

  /// What travels over one edge.
  private final float[] message;

  /// The sum of one segment of the row, or the greatest message so far.
  private final float[] part;

  /// The sum of the segments that are done.
  private final float[] total;

  ScalarHopRow(HopOperand operand, FloatMatrix source, @Nullable EdgeMessages messages) {
    this.operand = operand;
    this.source = source;
    this.messages = messages;
    EdgeWeights read = operand.weights();
    reader = read == null ? null : read.reader();
    Arrays.fill(weights, 1);
    message = new float[source.columns()];
    part = new float[source.columns()];
    total = new float[source.columns()];
  }

  /// Writes `row` of `target`.
  void aggregate(long row, FloatMatrix target) {
    long begin = operand.rowPointers().get(ValueLayout.JAVA_LONG_UNALIGNED, row * Long.BYTES);
    long end = operand.rowPointers().get(ValueLayout.JAVA_LONG_UNALIGNED, (row + 1) * Long.BYTES);
    Arrays.fill(total, 0f);
    if (begin < end) {
      switch (operand.aggregation()) {
        case SUM -> sum((int) row, begin, end);
        case MEAN -> {
          sum((int) row, begin, end);
          divide((float) (end - begin));
        }
        case MAX -> max((int) row, begin, end);
      }
    }
    for (int i = 0; i < total.length; i++) {
      target.set(row, i, total[i]);
    }
  }

  private void sum(int row, long begin, long end) {
    for (long from = begin; from < end; from += HopOperand.SEGMENT_EDGES) {
      long to = readWeights(row, from, end);
      Arrays.fill(part, 0f);
      for (long edge = from; edge < to; edge++) {
        readMessage(edge);
        add(weights[(int) (edge - from)]);
      }
      for (int i = 0; i < total.length; i++) {
        total[i] = from == begin ? part[i] : total[i] + part[i];
      }
    }
  }

  /// `fma(1, m, acc)` is `m + acc`.
  private void add(float weight) {
    for (int i = 0; i < part.length; i++) {
      part[i] = Math.fma(weight, message[i], part[i]);
    }
  }

  private void divide(float edges) {
    for (int i = 0; i < total.length; i++) {
      total[i] = total[i] / edges;
    }
  }

  private void max(int row, long begin, long end) {
    for (long from = begin; from < end; from += HopOperand.SEGMENT_EDGES) {
      long to = readWeights(row, from, end);
      for (long edge = from; edge < to; edge++) {
        readMessage(edge);
        for (int i = 0; i < total.length; i++) {
          float m = weights[(int) (edge - from)] * message[i];
          if (edge == begin || m > total[i] || Float.isNaN(m)) {
            total[i] = m;
          }
        }
      }
    }
  }

  /// Reads the weights of the segment that begins with edge `from`; returns where it ends.
  private long readWeights(int row, long from, long end) {
    long to = Math.min(end, from + HopOperand.SEGMENT_EDGES);
    if (reader != null) {
      reader.read(row, from, to, weights, 0);
    }
    return to;
  }

  private void readMessage(long edge) {
    int neighbour = operand.columns().get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
    source.copyRow(neighbour, message, 0);
    if (messages != null) {
      MemorySegment kinds = messages.kinds();
      long kind =
          kinds == null
              ? edge
              : kinds.get(ValueLayout.JAVA_INT_UNALIGNED, edge * (long) Integer.BYTES);
      for (int i = 0; i < message.length; i++) {
        message[i] += messages.table().get(kind, i);
        if (messages.rectified() && message[i] <= 0) {
          message[i] = 0;
        }
      }
    }
  }
}
