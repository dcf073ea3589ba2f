package dev.tessera.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A matrix `[rows x columns]` of float32, row-major, over heap or native memory.
///
/// Views share memory: writing through one is seen through the other. The class adds no
/// synchronisation; concurrent readers are safe, and so are writers of different rows. Memory
/// belongs to whoever made the segment; using the matrix after its arena is closed throws
/// `IllegalStateException`.
public final class FloatMatrix {
  /// Bytes of one element.
  public static final int ELEMENT_BYTES = 4;

  private static final ValueLayout.OfFloat LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final long ALIGNMENT_BYTES = 64;

  private final RowMajor layout;

  private FloatMatrix(RowMajor layout) {
    this.layout = layout;
  }

  /// A view of `segment` as `[rows x columns]`, rows packed one behind the other.
  ///
  /// @throws IllegalArgumentException if the segment is shorter than the shape needs
  public static FloatMatrix of(MemorySegment segment, long rows, int columns) {
    return of(segment, rows, columns, columns);
  }

  /// A view of `segment` as `[rows x columns]` whose rows begin `rowStride` elements apart.
  ///
  /// @throws IllegalArgumentException if the stride is shorter than a row, or the segment shorter
  ///   than the shape needs
  public static FloatMatrix of(MemorySegment segment, long rows, int columns, long rowStride) {
    return new FloatMatrix(new RowMajor(segment, rows, columns, rowStride, ELEMENT_BYTES));
  }

  /// A view of an array as `[rows x columns]`: the array is not copied.
  ///
  /// @throws IllegalArgumentException if the array's length is not `rows * columns`
  public static FloatMatrix of(float[] values, int rows, int columns) {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "a matrix [%d x %d] has %d elements, the array has %d"
              .formatted(rows, columns, (long) rows * columns, values.length));
    }
    return of(MemorySegment.ofArray(values), rows, columns);
  }

  /// A new zeroed matrix in native memory, aligned to 64 bytes, that lives as long as `arena`.
  public static FloatMatrix allocate(Arena arena, long rows, int columns) {
    long bytes = RowMajor.allocationBytes(rows, columns, ELEMENT_BYTES);
    return of(arena.allocate(bytes, ALIGNMENT_BYTES), rows, columns);
  }

  /// A new zeroed matrix in native memory that is freed when it is no longer reachable.
  public static FloatMatrix allocate(long rows, int columns) {
    return allocate(Arena.ofAuto(), rows, columns);
  }

  /// The number of rows.
  public long rows() {
    return layout.rows();
  }

  /// The number of columns.
  public int columns() {
    return layout.columns();
  }

  /// The distance of two rows, in elements.
  public long rowStride() {
    return layout.rowStride();
  }

  /// The memory that holds the elements, in native byte order and at any alignment; element (r, c)
  /// is at byte `(r * rowStride + c) * ELEMENT_BYTES`.
  public MemorySegment segment() {
    return layout.segment();
  }

  /// Whether the rows lie one behind the other without a gap.
  public boolean isPacked() {
    return layout.isPacked();
  }

  /// This matrix where it is packed, else a packed copy outside the heap.
  public FloatMatrix packed() {
    if (isPacked()) {
      return this;
    }
    FloatMatrix copy = allocate(rows(), columns());
    for (long row = 0; row < rows(); row++) {
      copyRow(row, copy, row);
    }
    return copy;
  }

  /// The element in `row` and `column`.
  public float get(long row, int column) {
    return layout.segment().get(LAYOUT, layout.offset(row, column));
  }

  /// Writes the element in `row` and `column`.
  public void set(long row, int column, float value) {
    layout.segment().set(LAYOUT, layout.offset(row, column), value);
  }

  /// The byte at which `row` begins in [#segment()].
  public long rowOffsetBytes(long row) {
    Objects.checkIndex(row, rows());
    return layout.rowOffset(row);
  }

  /// A view of rows `from` (inclusive) to `to` (exclusive).
  public FloatMatrix slice(long from, long to) {
    return new FloatMatrix(layout.slice(from, to));
  }

  /// A view of columns `from` (inclusive) to `to` (exclusive) of every row.
  public FloatMatrix sliceColumns(int from, int to) {
    return new FloatMatrix(layout.sliceColumns(from, to));
  }

  /// Copies `row` into `target`, starting at element `offset` of it.
  public void copyRow(long row, float[] target, int offset) {
    Objects.checkIndex(row, rows());
    MemorySegment.copy(layout.segment(), LAYOUT, layout.rowOffset(row), target, offset, columns());
  }

  /// Copies `row` to a row of another matrix.
  ///
  /// @throws IllegalArgumentException if that has other columns
  public void copyRow(long row, FloatMatrix target, long targetRow) {
    Objects.checkIndex(row, rows());
    Objects.checkIndex(targetRow, target.rows());
    if (target.columns() != columns()) {
      throw new IllegalArgumentException(
          "a row of %s has %d columns, the target %d"
              .formatted(layout.shape(), columns(), target.columns()));
    }
    MemorySegment.copy(
        segment(),
        rowOffsetBytes(row),
        target.segment(),
        target.rowOffsetBytes(targetRow),
        (long) columns() * ELEMENT_BYTES);
  }

  /// Writes all elements of `row` from an array.
  ///
  /// @throws IllegalArgumentException if the array has not one element a column
  public void setRow(long row, float[] values) {
    Objects.checkIndex(row, rows());
    if (values.length != columns()) {
      throw new IllegalArgumentException(
          "a row of %s has %d elements, the array has %d"
              .formatted(layout.shape(), columns(), values.length));
    }
    MemorySegment.copy(values, 0, layout.segment(), LAYOUT, layout.rowOffset(row), values.length);
  }

  /// Copies all elements, row after row, into a new array.
  ///
  /// @throws IllegalStateException if there are 2^31 elements or more
  public float[] toArray() {
    long elements = Math.multiplyExact(rows(), (long) columns());
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "a matrix %s has %d elements, an array holds at most %d"
              .formatted(layout.shape(), elements, Integer.MAX_VALUE - 8));
    }
    float[] values = new float[(int) elements];
    for (int row = 0; row < rows(); row++) {
      copyRow(row, values, row * columns());
    }
    return values;
  }

  /// The shape, as in `FloatMatrix[3 x 4]`; the elements are not shown.
  @Override
  public String toString() {
    return "FloatMatrix" + layout.shape();
  }
}
