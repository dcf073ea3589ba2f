package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// Which tile serves which points of a chunk. Groups as wide as the widest tile come first; the
/// rest, if any, is one narrower group, padded.
final class ScreenTiles {
  /// Points of the widest tile: 8 x 2 accumulators with their operands need 32 vector registers,
  /// which 512-bit vectors and AArch64 promise.
  static final int MOST_POINTS =
      Lanes.COUNT == 16
              || System.getProperty("os.arch", "").toLowerCase(Locale.ROOT).equals("aarch64")
          ? ScreenTile8x2.POINTS
          : ScreenTile4x2.POINTS;

  private ScreenTiles() {}

  /// The width of the group that the point in slot `slot` of `count` is in.
  static int width(int slot, int count) {
    int rest = count % MOST_POINTS;
    if (slot < count - rest) {
      return MOST_POINTS;
    }
    if (rest <= ScreenTile2x2.POINTS) {
      return ScreenTile2x2.POINTS;
    }
    return rest <= ScreenTile4x2.POINTS ? ScreenTile4x2.POINTS : MOST_POINTS;
  }

  /// Where the first coordinate of the point in `slot` is; the next ones follow at distances of its
  /// group's width.
  static int position(int slot, int steps) {
    int group = slot - slot % MOST_POINTS;
    return group * steps + slot - group;
  }

  /// Runs the tile of that width over a group.
  static void screen(
      int width,
      Screen screen,
      int panel,
      int panels,
      float[] points,
      int point,
      float[] minima,
      int target,
      int stride) {
    long from = panel * screen.panelBytes();
    int to = target + panel * Lanes.COUNT;
    int steps = screen.steps();
    MemorySegment packed = screen.panels();
    switch (width) {
      case ScreenTile8x2.POINTS ->
          ScreenTile8x2.screen(packed, from, panels, steps, points, point, minima, to, stride);
      case ScreenTile4x2.POINTS ->
          ScreenTile4x2.screen(packed, from, panels, steps, points, point, minima, to, stride);
      default ->
          ScreenTile2x2.screen(packed, from, panels, steps, points, point, minima, to, stride);
    }
  }
}
