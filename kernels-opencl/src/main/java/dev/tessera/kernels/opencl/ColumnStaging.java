package dev.tessera.kernels.opencl;

import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;

/// Copies the columns of a slab between a matrix and pinned memory, on all threads.
final class ColumnStaging {
  /// Bytes that a thread copies at a time.
  private static final long PIECE_BYTES = 1 << 20;

  private ColumnStaging() {}

  /// Copies rows into pinned memory; the padding becomes zeros.
  ///
  /// @param to `[rows x slab.stride]`
  static void copyIn(
      WorkerPool pool, FloatMatrix matrix, ColumnSlab slab, long from, int rows, MemorySegment to) {
    long filledBytes = (long) slab.columns() * Float.BYTES;
    long paddingBytes = slab.rowBytes() - filledBytes;
    inPieces(
        pool,
        slab,
        rows,
        (begin, end) -> {
          if (isWhole(matrix, slab)) {
            long bytes = (end - begin) * filledBytes;
            long offset = matrix.rowOffsetBytes(from + begin);
            MemorySegment.copy(matrix.segment(), offset, to, begin * filledBytes, bytes);
            return;
          }
          for (int row = begin; row < end; row++) {
            long target = row * slab.rowBytes();
            MemorySegment.copy(
                matrix.segment(), offset(matrix, slab, from + row), to, target, filledBytes);
            to.asSlice(target + filledBytes, paddingBytes).fill((byte) 0);
          }
        });
  }

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
    inPieces(
        pool,
        slab,
        rows,
        (begin, end) -> {
          if (isWhole(matrix, slab)) {
            long bytes = (end - begin) * filledBytes;
            long offset = matrix.rowOffsetBytes(from + begin);
            MemorySegment.copy(results, begin * filledBytes, matrix.segment(), offset, bytes);
            return;
          }
          for (int row = begin; row < end; row++) {
            MemorySegment.copy(
                results,
                row * slab.rowBytes(),
                matrix.segment(),
                offset(matrix, slab, from + row),
                filledBytes);
          }
        });
  }

  /// Whether rows of the slab are rows of the matrix, one behind the other.
  private static boolean isWhole(FloatMatrix matrix, ColumnSlab slab) {
    return matrix.isPacked()
        && slab.columns() == matrix.columns()
        && slab.stride() == slab.columns();
  }

  private static long offset(FloatMatrix matrix, ColumnSlab slab, long row) {
    return matrix.rowOffsetBytes(row) + (long) slab.first() * Float.BYTES;
  }

  private interface Piece {
    void copy(int begin, int end);
  }

  private static void inPieces(WorkerPool pool, ColumnSlab slab, int rows, Piece piece) {
    int pieceRows = Math.clamp(PIECE_BYTES / slab.rowBytes(), 1, rows);
    pool.run(
        pieces -> {
          for (long next = pieces.next(); next >= 0; next = pieces.next()) {
            int begin = (int) next * pieceRows;
            piece.copy(begin, Math.min(rows, begin + pieceRows));
          }
        },
        Math.ceilDiv(rows, pieceRows));
  }
}
