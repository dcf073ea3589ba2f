package dev.tessera.internal.scalar;

import dev.tessera.kernel.CodeRanges;
import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// The specification of the nearest-codeword search: every point against every codeword, by the
/// definition of [Metric], in ascending order of the codes.
final class ScalarNearest implements NearestKernel {
  /// Points a thread takes at a time: few, so that an interrupt is seen soon.
  private static final int CHUNK_ROWS = 16;

  /// One step of a float64 fma chain, whose latency nothing hides; measured 0.95-1.1 ns at 4 GHz.
  private static final double NANOS_PER_TERM = 1.0;

  private final NearestOperand operand;
  private final WorkerPool pool;

  ScalarNearest(NearestOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  @Override
  public boolean nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(points.rows(), (chunk + 1) * CHUNK_ROWS);
            for (long row = chunk * CHUNK_ROWS; row < end; row++) {
              search(points, row, options, ids, distances);
            }
          }
        },
        Math.ceilDiv(points.rows(), CHUNK_ROWS));
    return true;
  }

  private void search(
      FloatMatrix points,
      long row,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    int neighbours = options.neighbours();
    int[] best = new int[neighbours];
    double[] bestScores = new double[neighbours];
    int found = 0;
    if (isFinite(points, row)) {
      CodeRanges ranges = options.ranges();
      int low = ranges == null ? 0 : ranges.low(row);
      int high = ranges == null ? operand.codes() : ranges.high(row);
      for (int code = low; code < high; code++) {
        double score = score(points, row, code);
        int place = found;
        while (place > 0 && operand.metric().isBetter(score, bestScores[place - 1])) {
          place--;
        }
        if (place < neighbours) {
          found = Math.min(found + 1, neighbours);
          System.arraycopy(best, place, best, place + 1, found - 1 - place);
          System.arraycopy(bestScores, place, bestScores, place + 1, found - 1 - place);
          best[place] = code;
          bestScores[place] = score;
        }
      }
    }
    for (int place = 0; place < neighbours; place++) {
      ids.set(row, place, place < found ? best[place] : -1);
      if (distances != null) {
        distances.set(row, place, place < found ? bestScores[place] : Double.NaN);
      }
    }
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

  @Override
  public double estimatedNanos(long rows, NearestOptions options) {
    double terms = (double) rows * operand.codes() * operand.dim();
    return terms * NANOS_PER_TERM / Math.min(pool.threads(), Math.ceilDiv(rows, CHUNK_ROWS) + 1);
  }

  @Override
  public void prepare() {}

  @Override
  public Preparation preparation() {
    return Preparation.NONE;
  }

  @Override
  public String describe() {
    return "every codeword in float64";
  }

  @Override
  public void close() {}
}
