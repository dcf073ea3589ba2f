package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Copies rows into pinned memory, packed, on all threads: one alone copies at a fraction of the
/// rate of a fast bus.
final class RowStaging {
  /// Bytes that a thread copies at a time.
  private static final long PIECE_BYTES = 1 << 20;

  private RowStaging() {}

  /// @param to `[rows x columns]`, packed
  static void copy(WorkerPool pool, FloatMatrix points, long from, int rows, MemorySegment to) {
    long rowBytes = (long) points.columns() * FloatMatrix.ELEMENT_BYTES;
    int pieceRows = Math.clamp(PIECE_BYTES / rowBytes, 1, rows);
    pool.run(
        pieces -> {
          for (long piece = pieces.next(); piece >= 0; piece = pieces.next()) {
            int begin = (int) piece * pieceRows;
            int end = Math.min(rows, begin + pieceRows);
            if (points.isPacked()) {
              MemorySegment.copy(
                  points.segment(),
                  points.rowOffsetBytes(from + begin),
                  to,
                  begin * rowBytes,
                  (end - begin) * rowBytes);
            } else {
              for (int row = begin; row < end; row++) {
                MemorySegment.copy(
                    points.segment(),
                    points.rowOffsetBytes(from + row),
                    to,
                    row * rowBytes,
                    rowBytes);
              }
            }
          }
        },
        Math.ceilDiv(rows, pieceRows));
  }
}
