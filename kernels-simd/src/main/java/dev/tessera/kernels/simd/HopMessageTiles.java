package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns where edges carry messages.
final class HopMessageTiles {
  /// The most vectors of a row that are kept in registers at a time: the messages take some, too.
  static final int MOST_VECTORS = 4;

  private HopMessageTiles() {}

  /// Sums messages, as [HopMessageTile4#sum] does.
  static void sum(
      int vectors,
      MemorySegment rowPointers,
      int from,
      int to,
      HopEdges edges,
      HopMessages messages,
      long column,
      MemorySegment source,
      long sourceAt,
      long sourceStride,
      long last,
      MemorySegment target,
      long at,
      long stride) {
    switch (vectors) {
      case 1 ->
          HopMessageTile1.sum(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 2 ->
          HopMessageTile2.sum(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 3 ->
          HopMessageTile3.sum(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      default ->
          HopMessageTile4.sum(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
    }
  }

  /// Takes the greatest messages, as [HopMessageTile4#max] does.
  static void max(
      int vectors,
      MemorySegment rowPointers,
      int from,
      int to,
      HopEdges edges,
      HopMessages messages,
      long column,
      MemorySegment source,
      long sourceAt,
      long sourceStride,
      long last,
      MemorySegment target,
      long at,
      long stride) {
    switch (vectors) {
      case 1 ->
          HopMessageTile1.max(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 2 ->
          HopMessageTile2.max(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      case 3 ->
          HopMessageTile3.max(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
              source,
              sourceAt,
              sourceStride,
              last,
              target,
              at,
              stride);
      default ->
          HopMessageTile4.max(
              rowPointers,
              from,
              to,
              edges,
              messages,
              column,
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
