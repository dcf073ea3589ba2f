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
      HopBatch batch,
      HopMessages messages,
      MemorySegment source,
      long last,
      MemorySegment target,
      long column) {
    switch (vectors) {
      case 1 -> HopMessageTile1.sum(batch, messages, source, last, target, column);
      case 2 -> HopMessageTile2.sum(batch, messages, source, last, target, column);
      case 3 -> HopMessageTile3.sum(batch, messages, source, last, target, column);
      default -> HopMessageTile4.sum(batch, messages, source, last, target, column);
    }
  }

  /// Takes the greatest messages, as [HopMessageTile4#max] does.
  static void max(
      int vectors,
      HopBatch batch,
      HopMessages messages,
      MemorySegment source,
      long last,
      MemorySegment target,
      long column) {
    switch (vectors) {
      case 1 -> HopMessageTile1.max(batch, messages, source, last, target, column);
      case 2 -> HopMessageTile2.max(batch, messages, source, last, target, column);
      case 3 -> HopMessageTile3.max(batch, messages, source, last, target, column);
      default -> HopMessageTile4.max(batch, messages, source, last, target, column);
    }
  }
}
