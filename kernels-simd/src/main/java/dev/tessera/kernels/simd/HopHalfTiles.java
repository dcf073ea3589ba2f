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
      MemorySegment rowPointers,
      int from,
      int to,
      HopEdges edges,
      MemorySegment source,
      long sourceStride,
      long panel,
      MemorySegment target,
      long at,
      long stride) {
    switch (vectors) {
      case 1 ->
          HopHalfTile1.sum(
              rowPointers, from, to, edges, source, sourceStride, panel, target, at, stride);
      case 2 ->
          HopHalfTile2.sum(
              rowPointers, from, to, edges, source, sourceStride, panel, target, at, stride);
      case 3 ->
          HopHalfTile3.sum(
              rowPointers, from, to, edges, source, sourceStride, panel, target, at, stride);
      default ->
          HopHalfTile4.sum(
              rowPointers, from, to, edges, source, sourceStride, panel, target, at, stride);
    }
  }
}
