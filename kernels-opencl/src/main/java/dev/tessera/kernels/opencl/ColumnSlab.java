package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.List;

/// Columns that are on the device at a time, as vectors of `width` floats; the last vector of a row
/// is padded with zeros. Columns do not meet in hop aggregation, so slabs go through all hops one
/// after the other.
///
/// @param first the first column
/// @param columns how many
/// @param width floats of a vector, 4 or 1
record ColumnSlab(int first, int columns, int width) {
  /// Work-items that share a task, at most: a warp.
  private static final int MOST_LANES = 32;

  /// The widest vector that pads columns by no more than a third.
  static int width(int columns) {
    return Math.ceilDiv(columns, 4) * 4L * 3 <= columns * 4L ? 4 : 1;
  }

  /// Cuts `columns` into slabs of at most `mostVectors` vectors, of about the same size.
  static List<ColumnSlab> of(int columns, int width, long mostVectors) {
    int vectors = Math.ceilDiv(columns, width);
    int slabs = (int) Math.ceilDiv(vectors, Math.min(mostVectors, vectors));
    int slabColumns = Math.ceilDiv(vectors, slabs) * width;
    List<ColumnSlab> list = new ArrayList<>();
    for (int first = 0; first < columns; first += slabColumns) {
      list.add(new ColumnSlab(first, Math.min(slabColumns, columns - first), width));
    }
    return list;
  }

  /// Vectors of a row.
  int vectors() {
    return Math.ceilDiv(columns, width);
  }

  /// Floats of a row, the padding included.
  int stride() {
    return vectors() * width;
  }

  /// Bytes of a row, the padding included.
  long rowBytes() {
    return (long) stride() * Float.BYTES;
  }

  /// Launches of lanes that a row takes.
  int panels() {
    return Math.ceilDiv(vectors(), MOST_LANES);
  }

  /// Work-items that share a task: as many in each panel.
  int lanes() {
    return Math.ceilDiv(vectors(), panels());
  }
}
