package dev.tessera.kernels.simd;

import dev.tessera.internal.linear.SumLevels;
import java.lang.foreign.MemorySegment;

/// Which tile multiplies which rows. Groups as wide as the widest tile come first; the rest, if
/// any, is one narrower group, padded: as [ScreenTiles] has it.
final class ProductTiles {
  /// Terms of a partial sum: no chain of roundings is longer. Eight rows of so many elements and
  /// the columns' vectors beside them fit the first cache together.
  static final int BLOCK = SumLevels.BLOCK;

  /// Vectors of columns that rows are multiplied by at once.
  static final int VECTORS = 2;

  private ProductTiles() {}

  /// Runs the tile of that width: see [ProductTile8x2#add].
  static void add(
      int width,
      float[] x,
      int from,
      int terms,
      MemorySegment columns,
      long column,
      float[] out,
      int to,
      int outStride) {
    long stride = (long) VECTORS * Lanes.BYTES;
    switch (width) {
      case ProductTile8x2.ROWS ->
          ProductTile8x2.add(x, from, terms, columns, column, stride, out, to, outStride);
      case ProductTile4x2.ROWS ->
          ProductTile4x2.add(x, from, terms, columns, column, stride, out, to, outStride);
      default -> ProductTile2x2.add(x, from, terms, columns, column, stride, out, to, outStride);
    }
  }
}
