package dev.tessera.graph;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Copies rows between matrices whose rows may lie differently.
final class RowCopy {
  /// Rows a thread takes at a time.
  private static final int CHUNK_ROWS = 1 << 10;

  /// Below this many bytes, starting threads takes longer than copying.
  private static final long LEAST_BYTES = 1 << 24;

  private RowCopy() {}

  /// Copies row `order[p]`, or row p, of `source` to row p of `target`.
  static void copy(FloatMatrix source, FloatMatrix target, int @Nullable [] order, int threads) {
    boolean small = source.rows() * rowBytes(source) < LEAST_BYTES;
    try (WorkerPool pool = new WorkerPool("tessera-graph", small ? 1 : threads)) {
      pool.run(
          chunks -> {
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              copyChunk(source, target, order, chunk * CHUNK_ROWS);
            }
          },
          chunks(source.rows()));
    }
  }

  /// Copies each source to its target, some rows of all of them before the next rows, so that
  /// targets that share pages write each page once.
  static void copyTogether(FloatMatrix[] sources, FloatMatrix[] targets, WorkerPool pool) {
    pool.run(
        chunks -> {
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            for (int i = 0; i < sources.length; i++) {
              copyChunk(sources[i], targets[i], null, chunk * CHUNK_ROWS);
            }
          }
        },
        sources.length == 0 ? 0 : chunks(sources[0].rows()));
  }

  private static long chunks(long rows) {
    return Math.ceilDiv(rows, (long) CHUNK_ROWS);
  }

  private static long rowBytes(FloatMatrix matrix) {
    return (long) matrix.columns() * FloatMatrix.ELEMENT_BYTES;
  }

  private static void copyChunk(
      FloatMatrix source, FloatMatrix target, int @Nullable [] order, long begin) {
    long end = Math.min(source.rows(), begin + CHUNK_ROWS);
    if (order == null && source.isPacked() && target.isPacked()) {
      copy(source, begin, target, begin, (end - begin) * rowBytes(source));
      return;
    }
    for (long row = begin; row < end; row++) {
      copy(source, order == null ? row : order[(int) row], target, row, rowBytes(source));
    }
  }

  private static void copy(
      FloatMatrix source, long sourceRow, FloatMatrix target, long targetRow, long bytes) {
    MemorySegment.copy(
        source.segment(),
        source.rowOffsetBytes(sourceRow),
        target.segment(),
        target.rowOffsetBytes(targetRow),
        bytes);
  }
}
