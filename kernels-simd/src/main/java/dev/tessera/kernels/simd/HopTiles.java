package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns.
final class HopTiles {
  /// The most vectors of a row that are kept in registers at a time.
  static final int MOST_VECTORS = 8;

  private HopTiles() {}

  /// Sums runs of edges over a panel of `vectors` vectors, as [HopTile8#sum] does.
  static void sum(
      int vectors,
      HopBatch batch,
      MemorySegment source,
      long last,
      MemorySegment target,
      long column) {
    switch (vectors) {
      case 1 -> HopTile1.sum(batch, source, last, target, column);
      case 2 -> HopTile2.sum(batch, source, last, target, column);
      case 3 -> HopTile3.sum(batch, source, last, target, column);
      case 4 -> HopTile4.sum(batch, source, last, target, column);
      case 5 -> HopTile5.sum(batch, source, last, target, column);
      case 6 -> HopTile6.sum(batch, source, last, target, column);
      case 7 -> HopTile7.sum(batch, source, last, target, column);
      default -> HopTile8.sum(batch, source, last, target, column);
    }
  }

  /// Takes the greatest messages, as [HopTile8#max] does.
  static void max(
      int vectors,
      HopBatch batch,
      MemorySegment source,
      long last,
      MemorySegment target,
      long column) {
    switch (vectors) {
      case 1 -> HopTile1.max(batch, source, last, target, column);
      case 2 -> HopTile2.max(batch, source, last, target, column);
      case 3 -> HopTile3.max(batch, source, last, target, column);
      case 4 -> HopTile4.max(batch, source, last, target, column);
      case 5 -> HopTile5.max(batch, source, last, target, column);
      case 6 -> HopTile6.max(batch, source, last, target, column);
      case 7 -> HopTile7.max(batch, source, last, target, column);
      default -> HopTile8.max(batch, source, last, target, column);
    }
  }
}
