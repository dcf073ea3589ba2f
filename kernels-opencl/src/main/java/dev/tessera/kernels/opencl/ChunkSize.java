package dev.tessera.kernels.opencl;

import dev.tessera.kernel.KernelException;

/// How many rows go through the device at a time: as many as the memory allows, but no more than
/// keeps copies and kernels of several chunks side by side, and an interrupt from waiting long.
final class ChunkSize {
  /// Rows of a chunk, in bytes, one way.
  private static final long MOST_STAGED_BYTES = 128L << 20;

  /// A chunk takes about so long at most.
  private static final double MOST_SECONDS = 0.2;

  /// Chunks of a call that is long enough for several: nothing overlaps the first one's copy in.
  private static final int CHUNKS = 32;

  /// A chunk takes a GPU about so long at least, by the cautious [Device#termsPerSecond], if there
  /// are rows enough: its kernels' starts and tails take some 0.1 ms.
  private static final double LEAST_SECONDS = 0.01;

  /// On a processor, which copies nothing over a bus.
  private static final int CPU_CHUNKS = 2 * RowStream.SLOTS;

  /// Work-groups of a compute unit that a chunk should keep busy, if there are rows enough.
  private static final int GROUPS_PER_UNIT = 4;

  private ChunkSize() {}

  /// @param rows of the call
  /// @param tileRows a chunk is a multiple of so many, but for the last
  /// @param bytesPerRow device memory that a row takes, all slots together
  /// @param stagedBytesPerRow pinned memory that a row takes, in its larger direction
  /// @param termsPerRow fused steps that a row takes
  /// @throws KernelException if the memory is too small for a tile
  static int rows(
      Session session,
      long rows,
      int tileRows,
      long bytesPerRow,
      long stagedBytesPerRow,
      double termsPerRow) {
    long free = session.freeBytes();
    long tiles = free / (bytesPerRow * tileRows);
    if (tiles < 1) {
      throw new KernelException(
          "%d rows at a time need %d bytes of device memory, there are %d left for them on %s"
              .formatted(tileRows, bytesPerRow * tileRows, Math.max(0, free), session.device()));
    }
    long byBuffer = session.device().mostBufferBytes() / (stagedBytesPerRow * tileRows);
    long most = Math.min(byBuffer, tiles(session, rows, tileRows, stagedBytesPerRow, termsPerRow));
    return (int) Math.min(tiles, Math.max(1, most)) * tileRows;
  }

  /// As above, of rows that are on the device before and after.
  ///
  /// @param stagedBytesPerRow pinned memory that a row takes, or 0
  static int residentRows(
      Session session, long rows, int tileRows, long stagedBytesPerRow, double termsPerRow) {
    long tiles = tiles(session, rows, tileRows, Math.max(1, stagedBytesPerRow), termsPerRow);
    return (int) Math.min(Math.max(1, tiles) * tileRows, Math.max(1, rows));
  }

  private static long tiles(
      Session session, long rows, int tileRows, long stagedBytesPerRow, double termsPerRow) {
    long byStaging = MOST_STAGED_BYTES / (stagedBytesPerRow * tileRows);
    Device device = session.device();
    boolean processor = device.kind() == Device.Kind.CPU;
    double tilesPerSecond = device.termsPerSecond() / (termsPerRow * tileRows);
    long byTime = (long) (MOST_SECONDS * tilesPerSecond);
    long worthwhile = processor ? 0 : (long) (LEAST_SECONDS * tilesPerSecond);
    long fill = (long) device.computeUnits() * GROUPS_PER_UNIT;
    long chunks = processor ? CPU_CHUNKS : CHUNKS;
    long forOverlap = Math.max(Math.max(fill, worthwhile), Math.ceilDiv(rows, chunks * tileRows));
    long needed = Math.ceilDiv(rows, tileRows);
    return Math.min(Math.min(byStaging, byTime), Math.min(forOverlap, needed));
  }
}
