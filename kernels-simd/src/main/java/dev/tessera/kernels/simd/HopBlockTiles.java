package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a slab of columns where edges are sorted by blocks.
final class HopBlockTiles {
  private HopBlockTiles() {}

  /// Aggregates runs of edges of one block, as [HopBlockTile8#sum] does, all `width` columns of a
  /// slab.
  static void aggregate(
      Aggregation aggregation,
      int width,
      MemorySegment parts,
      int from,
      int to,
      HopBlocks blocks,
      long edge,
      MemorySegment rows,
      long source,
      MemorySegment sums,
      long stride) {
    if (aggregation == Aggregation.MAX) {
      max(width, parts, from, to, blocks, edge, rows, source, sums, stride);
    } else {
      sum(width, parts, from, to, blocks, edge, rows, source, sums, stride);
    }
  }

  private static void sum(
      int width,
      MemorySegment parts,
      int from,
      int to,
      HopBlocks blocks,
      long edge,
      MemorySegment rows,
      long source,
      MemorySegment sums,
      long stride) {
    switch (width / Lanes.COUNT) {
      case 1 -> HopBlockTile1.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 2 -> HopBlockTile2.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 3 -> HopBlockTile3.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 4 -> HopBlockTile4.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 5 -> HopBlockTile5.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 6 -> HopBlockTile6.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 7 -> HopBlockTile7.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
      default -> HopBlockTile8.sum(parts, from, to, blocks, edge, rows, source, sums, stride);
    }
  }

  private static void max(
      int width,
      MemorySegment parts,
      int from,
      int to,
      HopBlocks blocks,
      long edge,
      MemorySegment rows,
      long source,
      MemorySegment sums,
      long stride) {
    switch (width / Lanes.COUNT) {
      case 1 -> HopBlockTile1.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 2 -> HopBlockTile2.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 3 -> HopBlockTile3.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 4 -> HopBlockTile4.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 5 -> HopBlockTile5.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 6 -> HopBlockTile6.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      case 7 -> HopBlockTile7.max(parts, from, to, blocks, edge, rows, source, sums, stride);
      default -> HopBlockTile8.max(parts, from, to, blocks, edge, rows, source, sums, stride);
    }
  }
}
