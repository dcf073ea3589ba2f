package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Copies the columns of a slab from pinned memory to where a caller wants them, on all threads.
final class ColumnStaging {
  /// Bytes that a thread copies at a time.
  private static final long PIECE_BYTES = 1 << 20;

  private ColumnStaging() {}

  /// Copies rows back from pinned memory, without the padding.
  ///
  /// @param results `[rows x slab.stride]`
  static void copyOut(
      WorkerPool pool,
      MemorySegment results,
      ColumnSlab slab,
      FloatMatrix matrix,
      long from,
      int rows) {
    long filledBytes = (long) slab.columns() * Float.BYTES;
    boolean whole = isWhole(matrix, slab);
    int pieceRows = Math.clamp(PIECE_BYTES / slab.rowBytes(), 1, rows);
    pool.run(
        pieces -> {
          for (long next = pieces.next(); next >= 0; next = pieces.next()) {
            int begin = (int) next * pieceRows;
            int end = Math.min(rows, begin + pieceRows);
            if (whole) {
              long bytes = (end - begin) * filledBytes;
              long offset = matrix.rowOffsetBytes(from + begin);
              MemorySegment.copy(results, begin * filledBytes, matrix.segment(), offset, bytes);
              continue;
            }
            for (int row = begin; row < end; row++) {
              long offset = matrix.rowOffsetBytes(from + row) + (long) slab.first() * Float.BYTES;
              MemorySegment.copy(
                  results, row * slab.rowBytes(), matrix.segment(), offset, filledBytes);
            }
          }
        },
        Math.ceilDiv(rows, pieceRows));
  }

  /// Whether rows of the slab are rows of the matrix, one behind the other.
  private static boolean isWhole(FloatMatrix matrix, ColumnSlab slab) {
    return matrix.isPacked()
        && slab.columns() == matrix.columns()
        && slab.stride() == slab.columns();
  }
}
