package dev.tessera.kernels.opencl;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The definition on the host, for what a device without float64 cannot decide.
final class HostSearch {
  /// Rows that a thread takes at a time.
  private static final int CHUNK_ROWS = 64;

  private final NearestOperand operand;
  private final WorkerPool pool;

  HostSearch(NearestOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  /// Searches for those of rows `from` to `to` that are `wanted`, by the definition.
  void search(
      FloatMatrix points,
      long from,
      long to,
      LongPredicate wanted,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(to, from + (chunk + 1) * CHUNK_ROWS);
            for (long row = from + chunk * CHUNK_ROWS; row < end; row++) {
              if (wanted.test(row)) {
                search(points, row, options, ids, distances);
              }
            }
          }
        },
        Math.ceilDiv(to - from, CHUNK_ROWS));
  }

  private void search(
      FloatMatrix points,
      long row,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    CodeRanges ranges = options.ranges();
    BestCodes best = new BestCodes(operand.metric(), options.neighbours());
    if (isFinite(points, row)) {
      int low = ranges == null ? 0 : ranges.low(row);
      int high = ranges == null ? operand.codes() : ranges.high(row);
      for (int code = low; code < high; code++) {
        best.add(code, score(points, row, code));
      }
    }
    best.write(ids, distances, row);
  }

  /// Writes the scores of the ids of rows `from` to `to`, NaN beside a negative one.
  void score(FloatMatrix points, long from, long to, TokenIds ids, DoubleMatrix distances) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(to, from + (chunk + 1) * CHUNK_ROWS);
            for (long row = from + chunk * CHUNK_ROWS; row < end; row++) {
              int id = ids.get(row, 0);
              distances.set(row, 0, id < 0 ? Double.NaN : score(points, row, id));
            }
          }
        },
        Math.ceilDiv(to - from, CHUNK_ROWS));
  }

  private double score(FloatMatrix points, long row, int code) {
    Metric metric = operand.metric();
    return metric.score(
        points.segment(),
        points.rowOffsetBytes(row),
        operand.codewords().segment(),
        operand.codewords().rowOffsetBytes(code),
        operand.dim());
  }

  private static boolean isFinite(FloatMatrix points, long row) {
    for (int i = 0; i < points.columns(); i++) {
      if (!Float.isFinite(points.get(row, i))) {
        return false;
      }
    }
    return true;
  }
}
