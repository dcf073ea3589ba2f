package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns of bfloat16.
final class HopHalfTiles {
  /// The most vectors of pairs that are kept in registers at a time.
  static final int MOST_VECTORS = 4;

  private HopHalfTiles() {}

  /// Sums rows of bfloat16 over a panel of `vectors` integer vectors, as [HopHalfTile4#sum] does.
  static void sum(
      int vectors, HopBatch batch, MemorySegment source, long panel, MemorySegment target) {
    switch (vectors) {
      case 1 -> HopHalfTile1.sum(batch, source, panel, target);
      case 2 -> HopHalfTile2.sum(batch, source, panel, target);
      case 3 -> HopHalfTile3.sum(batch, source, panel, target);
      default -> HopHalfTile4.sum(batch, source, panel, target);
    }
  }

  /// Sums and rounds rows, as [HopHalfTile4#roundedSum] does.
  static void roundedSum(
      int vectors, HopBatch batch, MemorySegment source, long panel, MemorySegment target) {
    switch (vectors) {
      case 1 -> HopHalfTile1.roundedSum(batch, source, panel, target);
      case 2 -> HopHalfTile2.roundedSum(batch, source, panel, target);
      case 3 -> HopHalfTile3.roundedSum(batch, source, panel, target);
      default -> HopHalfTile4.roundedSum(batch, source, panel, target);
    }
  }
}
