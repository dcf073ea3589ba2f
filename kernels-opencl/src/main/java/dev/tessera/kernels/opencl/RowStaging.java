package dev.tessera.kernels.opencl;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Copies rows to the device through a few pieces of pinned memory that are used in turn: all
/// threads fill one while those before travel.
///
/// The pieces are large, as waking the threads for each costs what copying a megabyte does: on a
/// host of an H200 with 16 cores, rows of 128 columns were staged at 24 GB/s in three pieces of 32
/// MB and at 17 GB/s in four of 8 MB, though the smaller ones stay in the processor's cache. Its
/// bus takes 54 GB/s, so wide rows wait for the host's memory.
final class RowStaging {
  /// Pinned memory of a piece: copies of this size run at the full rate of any bus.
  private static final long PIECE_BYTES = 32L << 20;

  /// Pieces that are used in turn.
  private static final int PIECES = 3;

  /// Bytes that a thread copies at a time.
  private static final long SHARE_BYTES = 256 << 10;

  private final Session session;
  private final FloatMatrix points;
  private final long rowBytes;
  private final int pieceRows;
  private final MemorySegment[] pieces = new MemorySegment[PIECES];
  private final @Nullable Event[] copies = new Event[PIECES];
  private int next;

  /// Of whole rows.
  ///
  /// @param chunkRows the most rows that are copied at a time
  RowStaging(Session session, FloatMatrix points, int chunkRows) {
    this(session, points, points.columns(), chunkRows);
  }

  /// Of some columns of the rows.
  ///
  /// @param columns how many are copied at a time
  /// @param chunkRows the most rows that are copied at a time
  RowStaging(Session session, FloatMatrix points, int columns, int chunkRows) {
    this.session = session;
    this.points = points;
    rowBytes = (long) columns * FloatMatrix.ELEMENT_BYTES;
    pieceRows = Math.clamp(PIECE_BYTES / rowBytes, 1, Math.max(1, chunkRows));
    for (int i = 0; i < PIECES; i++) {
      pieces[i] = session.workspace().pinned("staging" + i, pieceRows * rowBytes).segment();
    }
  }

  /// Starts copies of rows to a buffer, from a byte of it on; the rows have been read when it
  /// returns.
  void copyIn(long from, int rows, Buffer to, long offsetBytes, ChunkCommands commands) {
    copyIn(from, rows, 0, to, offsetBytes, commands);
  }

  /// As above, of the columns that begin with `column`.
  void copyIn(
      long from, int rows, int column, Buffer to, long offsetBytes, ChunkCommands commands) {
    for (int begin = 0; begin < rows; begin += pieceRows) {
      int count = Math.min(pieceRows, rows - begin);
      Event earlier = copies[next];
      if (earlier != null) {
        commands.awaitEarlier(earlier);
      }
      stage(from + begin, count, column, pieces[next]);
      MemorySegment staged = pieces[next].asSlice(0, count * rowBytes);
      copies[next] = commands.copyInNow(staged, to, offsetBytes + begin * rowBytes);
      next = (next + 1) % PIECES;
    }
  }

  /// Copies rows, packed, on all threads: one alone copies at a fraction of the rate of a fast bus.
  private void stage(long from, int rows, int column, MemorySegment to) {
    int shareRows = Math.clamp(SHARE_BYTES / rowBytes, 1, rows);
    session
        .pool()
        .run(
            shares -> {
              for (long share = shares.next(); share >= 0; share = shares.next()) {
                int begin = (int) share * shareRows;
                stage(from, begin, Math.min(rows, begin + shareRows), column, to);
              }
            },
            Math.ceilDiv(rows, shareRows));
  }

  private void stage(long from, int begin, int end, int column, MemorySegment to) {
    if (points.isPacked() && rowBytes == (long) points.columns() * FloatMatrix.ELEMENT_BYTES) {
      long offset = points.rowOffsetBytes(from + begin);
      long bytes = (end - begin) * rowBytes;
      MemorySegment.copy(points.segment(), offset, to, begin * rowBytes, bytes);
      return;
    }
    for (int row = begin; row < end; row++) {
      long offset = points.rowOffsetBytes(from + row) + (long) column * FloatMatrix.ELEMENT_BYTES;
      MemorySegment.copy(points.segment(), offset, to, row * rowBytes, rowBytes);
    }
  }
}
