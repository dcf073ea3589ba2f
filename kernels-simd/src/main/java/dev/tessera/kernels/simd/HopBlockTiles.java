package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a slab of columns where edges are sorted by blocks.
final class HopBlockTiles {
  private HopBlockTiles() {}

  /// Sums runs of edges of one block over `vectors` vectors, as [HopBlockTile8#sum] does.
  static void sum(int vectors, HopBatch batch, MemorySegment source, MemorySegment target) {
    switch (vectors) {
      case 1 -> HopBlockTile1.sum(batch, source, target);
      case 2 -> HopBlockTile2.sum(batch, source, target);
      case 3 -> HopBlockTile3.sum(batch, source, target);
      case 4 -> HopBlockTile4.sum(batch, source, target);
      case 5 -> HopBlockTile5.sum(batch, source, target);
      case 6 -> HopBlockTile6.sum(batch, source, target);
      case 7 -> HopBlockTile7.sum(batch, source, target);
      default -> HopBlockTile8.sum(batch, source, target);
    }
  }

  /// Takes the greatest messages, as [HopBlockTile8#max] does.
  static void max(int vectors, HopBatch batch, MemorySegment source, MemorySegment target) {
    switch (vectors) {
      case 1 -> HopBlockTile1.max(batch, source, target);
      case 2 -> HopBlockTile2.max(batch, source, target);
      case 3 -> HopBlockTile3.max(batch, source, target);
      case 4 -> HopBlockTile4.max(batch, source, target);
      case 5 -> HopBlockTile5.max(batch, source, target);
      case 6 -> HopBlockTile6.max(batch, source, target);
      case 7 -> HopBlockTile7.max(batch, source, target);
      default -> HopBlockTile8.max(batch, source, target);
    }
  }

  /// Sums rows of bfloat16, `vectors` integer vectors of pairs, as [HopHalfBlockTile4#sum] does.
  static void sumHalves(int vectors, HopBatch batch, MemorySegment source, MemorySegment target) {
    switch (vectors) {
      case 1 -> HopHalfBlockTile1.sum(batch, source, target);
      case 2 -> HopHalfBlockTile2.sum(batch, source, target);
      case 3 -> HopHalfBlockTile3.sum(batch, source, target);
      default -> HopHalfBlockTile4.sum(batch, source, target);
    }
  }
}
