package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand.Aggregation;
import java.lang.foreign.MemorySegment;

/// Runs the tile that fits a panel of columns.
final class HopTiles {
  /// The most vectors of a row that are kept in registers at a time.
  static final int MOST_VECTORS = 8;

  /// The same where edges carry messages.
  static final int MOST_MESSAGE_VECTORS = 4;

  /// The most vectors of pairs of bfloat16.
  static final int MOST_HALF_VECTORS = 4;

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

  /// Aggregates runs of edges of one block, as [HopBlockTile8#sum] does, all `width` columns of a
  /// slab.
  static void blocks(
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
      maxBlocks(width, parts, from, to, blocks, edge, rows, source, sums, stride);
    } else {
      sumBlocks(width, parts, from, to, blocks, edge, rows, source, sums, stride);
    }
  }

  private static void sumBlocks(
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

  private static void maxBlocks(
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

  /// Sums rows of bfloat16 over a panel of `vectors` integer vectors, as [HopHalfTile4#sum] does.
  static void halves(
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
