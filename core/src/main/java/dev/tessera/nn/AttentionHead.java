package dev.tessera.nn;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// One head's attention over one sequence. One worker's memory, used again. The inner loops add
/// four products at a time to neighbouring elements, which the JVM turns into vector instructions
/// by itself.
final class AttentionHead {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private float[] query = new float[0];
  private float[] keys = new float[0]; // [width][keys]: neighbours are the same element of two keys
  private float[] values = new float[0]; // [keys][width]
  private float[] scores = new float[0];
  private float[] row = new float[0];

  /// `softmax(scale q k^T + mask) v` for the columns `from` to `from + width - 1`.
  void attend(
      FloatMatrix q,
      FloatMatrix k,
      FloatMatrix v,
      AttentionMask mask,
      int from,
      int width,
      FloatMatrix result) {
    int count = (int) k.rows();
    load(k, v, from, width, count);
    float scale = (float) (1 / Math.sqrt(width));
    for (int i = 0; i < q.rows(); i++) {
      MemorySegment.copy(q.segment(), FLOAT, q.rowOffsetBytes(i) + from * 4L, query, 0, width);
      for (int d = 0; d < width; d++) {
        query[d] *= scale;
      }
      int seen = mask.keys(i, count);
      score(width, count, seen);
      FloatMatrix added = mask.added();
      if (added != null) {
        for (int j = 0; j < seen; j++) {
          scores[j] += added.get(i, j);
        }
      }
      softmax(scores, seen);
      mix(width, seen);
      MemorySegment.copy(
          row, 0, result.segment(), FLOAT, result.rowOffsetBytes(i) + from * 4L, width);
    }
  }

  private void load(FloatMatrix k, FloatMatrix v, int from, int width, int count) {
    int elements = Math.multiplyExact(count, width);
    if (query.length < width) {
      query = new float[width];
      row = new float[width];
    }
    if (scores.length < count) {
      scores = new float[count];
    }
    if (keys.length < elements) {
      keys = new float[elements];
      values = new float[elements];
    }
    for (int j = 0; j < count; j++) {
      MemorySegment.copy(k.segment(), FLOAT, k.rowOffsetBytes(j) + from * 4L, row, 0, width);
      for (int d = 0; d < width; d++) {
        keys[d * count + j] = row[d];
      }
      MemorySegment.copy(
          v.segment(), FLOAT, v.rowOffsetBytes(j) + from * 4L, values, j * width, width);
    }
  }

  private void score(int width, int count, int seen) {
    Arrays.fill(scores, 0, seen, 0);
    int d = 0;
    for (; d + 4 <= width; d += 4) {
      addFour(
          scores, seen, keys, d * count, count, query[d], query[d + 1], query[d + 2], query[d + 3]);
    }
    for (; d < width; d++) {
      addOne(scores, seen, keys, d * count, query[d]);
    }
  }

  private void mix(int width, int seen) {
    Arrays.fill(row, 0, width, 0);
    int j = 0;
    for (; j + 4 <= seen; j += 4) {
      addFour(
          row,
          width,
          values,
          j * width,
          width,
          scores[j],
          scores[j + 1],
          scores[j + 2],
          scores[j + 3]);
    }
    for (; j < seen; j++) {
      addOne(row, width, values, j * width, scores[j]);
    }
  }

  private static void addFour(
      float[] to,
      int length,
      float[] from,
      int at,
      int stride,
      float a,
      float b,
      float c,
      float d) {
    int second = at + stride;
    int third = second + stride;
    int fourth = third + stride;
    for (int i = 0; i < length; i++) {
      to[i] += a * from[at + i] + b * from[second + i] + c * from[third + i] + d * from[fourth + i];
    }
  }

  private static void addOne(float[] to, int length, float[] from, int at, float a) {
    for (int i = 0; i < length; i++) {
      to[i] += a * from[at + i];
    }
  }

  /// `e^(s - max) / sum`, the sum in float64.
  private static void softmax(float[] scores, int seen) {
    float most = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < seen; j++) {
      most = Math.max(most, scores[j]);
    }
    double sum = 0;
    for (int j = 0; j < seen; j++) {
      scores[j] = (float) Math.exp(scores[j] - most);
      sum += scores[j];
    }
    float factor = (float) (1 / sum);
    for (int j = 0; j < seen; j++) {
      scores[j] *= factor;
    }
  }
}
