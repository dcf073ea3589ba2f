package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns.
final class HopTiles {
  /// The most vectors of a row that are kept in registers at a time.
  static final int MOST_VECTORS = 8;

  private HopTiles() {}

  /// Sums rows `from` to `to - 1` over a panel of `vectors` vectors, as [HopTile8#sum] does.
  static void sum(
      int vectors,
      MemorySegment rowPointers,
      int from,
      int to,
      HopEdges edges,
      MemorySegment source,
      long sourceAt,
      long sourceStride,
      long last,
      MemorySegment target,
      long at,
      long stride) {
    switch (vectors) {
      case 1 ->
          HopTile1.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 2 ->
          HopTile2.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 3 ->
          HopTile3.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 4 ->
          HopTile4.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 5 ->
          HopTile5.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 6 ->
          HopTile6.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 7 ->
          HopTile7.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      default ->
          HopTile8.sum(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
    }
  }

  /// Takes the greatest messages, as [HopTile8#max] does.
  static void max(
      int vectors,
      MemorySegment rowPointers,
      int from,
      int to,
      HopEdges edges,
      MemorySegment source,
      long sourceAt,
      long sourceStride,
      long last,
      MemorySegment target,
      long at,
      long stride) {
    switch (vectors) {
      case 1 ->
          HopTile1.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 2 ->
          HopTile2.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 3 ->
          HopTile3.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 4 ->
          HopTile4.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 5 ->
          HopTile5.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 6 ->
          HopTile6.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 7 ->
          HopTile7.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      default ->
          HopTile8.max(
              rowPointers,
              from,
              to,
              edges,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
    }
  }
}
