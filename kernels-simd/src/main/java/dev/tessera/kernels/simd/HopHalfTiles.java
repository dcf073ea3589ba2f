package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns of bfloat16.
final class HopHalfTiles {
  /// The most vectors of pairs that are kept in registers at a time.
  static final int MOST_VECTORS = 4;

  private HopHalfTiles() {}

  /// Sums rows of bfloat16 over a panel of `vectors` integer vectors, as [HopHalfTile4#sum] does.
  static void sum(
      int vectors,
      HopBatch batch,
      MemorySegment source,
      long panel,
      MemorySegment target,
      boolean rounded) {
    switch (vectors) {
      case 1 -> HopHalfTile1.sum(batch, source, panel, target, rounded);
      case 2 -> HopHalfTile2.sum(batch, source, panel, target, rounded);
      case 3 -> HopHalfTile3.sum(batch, source, panel, target, rounded);
      default -> HopHalfTile4.sum(batch, source, panel, target, rounded);
    }
  }
}
