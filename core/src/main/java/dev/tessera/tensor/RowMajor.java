package dev.tessera.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Where the elements of a row-major matrix lie in a segment: element (r, c) at byte `(r *
/// rowStride + c) * elementBytes`. Checks once, at construction, that all of them are inside.
///
/// @param segment holds the elements in native byte order, at any alignment
/// @param rowStride distance of two rows, in elements
record RowMajor(MemorySegment segment, long rows, int columns, long rowStride, int elementBytes) {

  RowMajor {
    Objects.requireNonNull(segment, "segment");
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix has at least 0 rows and columns, not [" + rows + " x " + columns + "]");
    }
    if (rowStride < columns) {
      throw new IllegalArgumentException(
          "a row stride of " + rowStride + " elements is shorter than the " + columns + " columns");
    }
    long neededBytes = spanBytes(rows, columns, rowStride, elementBytes);
    if (neededBytes > segment.byteSize()) {
      throw new IllegalArgumentException(
          "a matrix [%d x %d] with row stride %d needs %d bytes, the segment has %d"
              .formatted(rows, columns, rowStride, neededBytes, segment.byteSize()));
    }
  }

  /// Bytes from the first element to behind the last one, refused where they pass 2^63.
  static long spanBytes(long rows, int columns, long rowStride, int elementBytes) {
    if (rows == 0 || columns == 0) {
      return 0;
    }
    try {
      long elements = Math.addExact(Math.multiplyExact(rows - 1, rowStride), columns);
      return Math.multiplyExact(elements, elementBytes);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "a matrix [%d x %d] with row stride %d passes 2^63 bytes"
              .formatted(rows, columns, rowStride),
          e);
    }
  }

  /// The packed size of a matrix, rounded up so that every row count allocates.
  static long allocationBytes(long rows, int columns, int elementBytes) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(
          "a matrix has at least 0 rows and columns, not [" + rows + " x " + columns + "]");
    }
    return spanBytes(rows, columns, columns, elementBytes);
  }

  long offset(long row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    return (row * rowStride + column) * elementBytes;
  }

  long rowOffset(long row) {
    return row * rowStride * elementBytes;
  }

  RowMajor slice(long from, long to) {
    Objects.checkFromToIndex(from, to, rows);
    long bytes = spanBytes(to - from, columns, rowStride, elementBytes);
    long start = bytes == 0 ? 0 : rowOffset(from);
    return new RowMajor(segment.asSlice(start, bytes), to - from, columns, rowStride, elementBytes);
  }

  RowMajor sliceColumns(int from, int to) {
    Objects.checkFromToIndex(from, to, columns);
    long bytes = spanBytes(rows, to - from, rowStride, elementBytes);
    long start = bytes == 0 ? 0 : (long) from * elementBytes;
    return new RowMajor(segment.asSlice(start, bytes), rows, to - from, rowStride, elementBytes);
  }

  boolean isPacked() {
    return rowStride == columns;
  }

  String shape() {
    return "[" + rows + " x " + columns + "]";
  }
}
