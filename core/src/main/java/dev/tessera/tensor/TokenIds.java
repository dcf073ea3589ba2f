package dev.tessera.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Token ids `[rows x columns]`, int32, row-major, over heap or native memory. One id a row has one
/// column; the top k, the levels of a residual code or the rows of an image have more. Id -1 stands
/// for "no token".
///
/// Views share memory: writing through one is seen through the other. The class adds no
/// synchronisation; concurrent readers are safe, and so are writers of different rows. Memory
/// belongs to whoever made the segment; using the matrix after its arena is closed throws
/// `IllegalStateException`.
public final class TokenIds {
  /// Bytes of one element.
  public static final int ELEMENT_BYTES = 4;

  private static final ValueLayout.OfInt LAYOUT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final long ALIGNMENT_BYTES = 64;

  private final RowMajor layout;

  private TokenIds(RowMajor layout) {
    this.layout = layout;
  }

  /// A view of `segment` as `[rows x columns]`, rows packed one behind the other.
  ///
  /// @throws IllegalArgumentException if the segment is shorter than the shape needs
  public static TokenIds of(MemorySegment segment, long rows, int columns) {
    return of(segment, rows, columns, columns);
  }

  /// A view of `segment` as `[rows x columns]` whose rows begin `rowStride` elements apart.
  ///
  /// @throws IllegalArgumentException if the stride is shorter than a row, or the segment shorter
  ///   than the shape needs
  public static TokenIds of(MemorySegment segment, long rows, int columns, long rowStride) {
    return new TokenIds(new RowMajor(segment, rows, columns, rowStride, ELEMENT_BYTES));
  }

  /// A view of an array as `[rows x columns]`: the array is not copied.
  ///
  /// @throws IllegalArgumentException if the array's length is not `rows * columns`
  public static TokenIds of(int[] values, int rows, int columns) {
    if ((long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          "a matrix [%d x %d] has %d elements, the array has %d"
              .formatted(rows, columns, (long) rows * columns, values.length));
    }
    return of(MemorySegment.ofArray(values), rows, columns);
  }

  /// A new zeroed matrix in native memory, aligned to 64 bytes, that lives as long as `arena`.
  public static TokenIds allocate(Arena arena, long rows, int columns) {
    long bytes = RowMajor.allocationBytes(rows, columns, ELEMENT_BYTES);
    return of(arena.allocate(bytes, ALIGNMENT_BYTES), rows, columns);
  }

  /// A new zeroed matrix in native memory that is freed when it is no longer reachable.
  public static TokenIds allocate(long rows, int columns) {
    return allocate(Arena.ofAuto(), rows, columns);
  }

  /// A view of an array as `[values.length x 1]`: one id a row; the array is not copied.
  public static TokenIds of(int[] values) {
    return of(values, values.length, 1);
  }

  /// A new zeroed `[rows x 1]` in native memory that is freed when it is no longer reachable.
  public static TokenIds allocate(long rows) {
    return allocate(rows, 1);
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

  /// The element in `row` and `column`.
  public int get(long row, int column) {
    return layout.segment().get(LAYOUT, layout.offset(row, column));
  }

  /// The id in the first column of `row`.
  public int get(long row) {
    return get(row, 0);
  }

  /// Writes the element in `row` and `column`.
  public void set(long row, int column, int value) {
    layout.segment().set(LAYOUT, layout.offset(row, column), value);
  }

  /// The byte at which `row` begins in [#segment()].
  public long rowOffsetBytes(long row) {
    Objects.checkIndex(row, rows());
    return layout.rowOffset(row);
  }

  /// A view of rows `from` (inclusive) to `to` (exclusive).
  public TokenIds slice(long from, long to) {
    return new TokenIds(layout.slice(from, to));
  }

  /// A view of columns `from` (inclusive) to `to` (exclusive) of every row.
  public TokenIds sliceColumns(int from, int to) {
    return new TokenIds(layout.sliceColumns(from, to));
  }

  /// Copies `row` into `target`, starting at element `offset` of it.
  public void copyRow(long row, int[] target, int offset) {
    Objects.checkIndex(row, rows());
    MemorySegment.copy(layout.segment(), LAYOUT, layout.rowOffset(row), target, offset, columns());
  }

  /// Copies all elements, row after row, into a new array.
  ///
  /// @throws IllegalStateException if there are 2^31 elements or more
  public int[] toArray() {
    long elements = Math.multiplyExact(rows(), (long) columns());
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(
          "a matrix %s has %d elements, an array holds at most %d"
              .formatted(layout.shape(), elements, Integer.MAX_VALUE - 8));
    }
    int[] values = new int[(int) elements];
    for (int row = 0; row < rows(); row++) {
      copyRow(row, values, row * columns());
    }
    return values;
  }

  /// The shape, as in `TokenIds[3 x 4]`; the elements are not shown.
  @Override
  public String toString() {
    return "TokenIds" + layout.shape();
  }
}
