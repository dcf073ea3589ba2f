package dev.tessera.io;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Objects;

/// An array as a file holds it: element type, shape, order and bytes, usually mapped from the file.
///
/// [#floats()] reads it as vectors, `[rows x columns]` float32, and [#ids()] as token ids. Where
/// the file already holds that (float32 or int32, C order, the machine's byte order) the result is
/// a view of the mapped file, without a copy and however large; else it is a converted copy outside
/// the heap. [#floats(long, long, FloatMatrix, Rounding)] converts a block of rows, for files that
/// do not fit in memory. A matrix has two axes; nothing is reshaped unless [#flattenTrailing] says
/// so.
///
/// Immutable and safe for use by many threads (as far as the arena that it was opened in lets
/// them). The memory lives as long as that arena. The file must not be shortened meanwhile: reading
/// a mapped page that is gone is an `InternalError`.
public final class Tensor {
  private static final long COPY_ALIGNMENT_BYTES = 64;

  private final String source;
  private final ElementType type;
  private final Shape shape;
  private final boolean fortranOrder;
  private final ByteOrder byteOrder;
  private final MemorySegment segment;

  Tensor(
      String source,
      ElementType type,
      Shape shape,
      boolean fortranOrder,
      ByteOrder byteOrder,
      MemorySegment segment) {
    if (segment.byteSize() != shape.bytes(type)) {
      throw new IllegalArgumentException(
          "%s: %s %s has %d bytes, the segment %d"
              .formatted(source, type, shape, shape.bytes(type), segment.byteSize()));
    }
    this.source = source;
    this.type = type;
    this.shape = shape;
    this.fortranOrder = fortranOrder && shape.isOrdered();
    this.byteOrder = byteOrder;
    this.segment = segment;
  }

  /// A matrix as a tensor of `shape`, by default `[rows x columns]`. A packed matrix is viewed, one
  /// with gaps between its rows copied.
  ///
  /// @throws IllegalArgumentException if the shape has another number of elements
  public static Tensor of(FloatMatrix matrix, long... shape) {
    return of(
        matrix.toString(),
        ElementType.F32,
        matrix.packed().segment(),
        matrix.rows(),
        matrix.columns(),
        shape);
  }

  /// A matrix as a tensor of `shape`, by default `[rows x columns]`. A packed matrix is viewed, one
  /// with gaps between its rows copied.
  ///
  /// @throws IllegalArgumentException if the shape has another number of elements
  public static Tensor of(DoubleMatrix matrix, long... shape) {
    DoubleMatrix packed = matrix;
    if (!matrix.isPacked()) {
      packed = DoubleMatrix.allocate(matrix.rows(), matrix.columns());
      copyRows(matrix.segment(), matrix.rowStride() * 8, packed.segment(), matrix.columns() * 8L);
    }
    return of(
        matrix.toString(),
        ElementType.F64,
        packed.segment(),
        matrix.rows(),
        matrix.columns(),
        shape);
  }

  /// Ids as a tensor of `shape`, by default `[rows x columns]`; `of(ids, ids.rows())` has one axis.
  /// A packed matrix is viewed, one with gaps between its rows copied.
  ///
  /// @throws IllegalArgumentException if the shape has another number of elements
  public static Tensor of(TokenIds ids, long... shape) {
    TokenIds packed = ids;
    if (!ids.isPacked()) {
      packed = TokenIds.allocate(ids.rows(), ids.columns());
      copyRows(ids.segment(), ids.rowStride() * 4, packed.segment(), ids.columns() * 4L);
    }
    return of(ids.toString(), ElementType.I32, packed.segment(), ids.rows(), ids.columns(), shape);
  }

  /// A tensor of three axes. A packed one is viewed, another one copied.
  public static Tensor of(FloatTensor tensor) {
    FloatTensor packed = tensor;
    if (!tensor.isPacked()) {
      packed = FloatTensor.allocate(tensor.first(), tensor.second(), tensor.third());
      for (long i = 0; i < tensor.first(); i++) {
        FloatMatrix from = tensor.atFirst(i);
        copyRows(
            from.segment(), from.rowStride() * 4, packed.atFirst(i).segment(), tensor.third() * 4L);
      }
    }
    Shape shape = new Shape(tensor.first(), tensor.second(), tensor.third());
    MemorySegment exact = packed.segment().asSlice(0, shape.bytes(ElementType.F32));
    return new Tensor(
        tensor.toString(), ElementType.F32, shape, false, ByteOrder.nativeOrder(), exact);
  }

  private static Tensor of(
      String source,
      ElementType type,
      MemorySegment packed,
      long rows,
      int columns,
      long[] askedShape) {
    Shape matrix = new Shape(rows, columns);
    Shape shape = askedShape.length == 0 ? matrix : new Shape(askedShape);
    if (shape.elements() != matrix.elements()) {
      throw new IllegalArgumentException(
          "%s has %d elements, the shape %s has %d"
              .formatted(source, matrix.elements(), shape, shape.elements()));
    }
    MemorySegment exact = packed.asSlice(0, shape.bytes(type));
    return new Tensor(source, type, shape, false, ByteOrder.nativeOrder(), exact);
  }

  private static void copyRows(
      MemorySegment from, long strideBytes, MemorySegment to, long rowBytes) {
    for (long at = 0; at < to.byteSize(); at += rowBytes) {
      MemorySegment.copy(from, at / rowBytes * strideBytes, to, at, rowBytes);
    }
  }

  /// Where it came from, for messages: the file, or `file:name`.
  public String source() {
    return source;
  }

  /// The type of the elements.
  public ElementType type() {
    return type;
  }

  /// The sizes of the axes, the first axis first; a new array. A scalar has none.
  public long[] shape() {
    return shape.axes();
  }

  /// The number of elements.
  public long elements() {
    return shape.elements();
  }

  /// Whether the first axis is the one whose elements lie side by side. False where it makes no
  /// difference.
  public boolean isFortranOrder() {
    return fortranOrder;
  }

  /// The byte order of each element.
  public ByteOrder byteOrder() {
    return byteOrder;
  }

  /// The bytes, exactly as the file holds them, packed, at any alignment; read-only where mapped.
  public MemorySegment segment() {
    return segment;
  }

  /// The size of the first axis: how many vectors, or rows of ids.
  ///
  /// @throws FormatException if it is a scalar
  public long rows() throws FormatException {
    if (shape.rank() == 0) {
      throw new FormatException(source + ": expected rows, found a scalar (shape [])");
    }
    return shape.axis(0);
  }

  /// The columns of a matrix.
  ///
  /// @throws FormatException if there are not two axes, or no columns, or 2^31 columns or more
  public int columns() throws FormatException {
    if (shape.rank() != 2) {
      throw new FormatException(
          "%s: expected two axes [rows x columns], found the shape %s%s"
              .formatted(source, shape, cure()));
    }
    long columns = shape.axis(1);
    if (columns < 1 || columns > Integer.MAX_VALUE) {
      throw new FormatException(
          "%s: expected 1 to %d columns, found the shape %s"
              .formatted(source, Integer.MAX_VALUE, shape));
    }
    return (int) columns;
  }

  private String cure() {
    return switch (shape.rank()) {
      case 0 -> "";
      case 1 ->
          "; one vector has the shape [1 x %1$d], vectors of one column [%1$d x 1]"
              .formatted(shape.axis(0));
      default -> "; flatten the axes behind the first, or save it with two";
    };
  }

  /// The same elements with all axes but the first made one: `[n x c x h x w]` becomes `[n x
  /// c*h*w]`, and `[n]` becomes `[n x 1]`.
  ///
  /// @throws FormatException if it is a scalar, or has three axes or more in Fortran order, where
  ///   that would take a copy
  public Tensor flattenTrailing() throws FormatException {
    long rows = rows();
    if (shape.rank() == 1) {
      return new Tensor(source, type, new Shape(rows, 1), false, byteOrder, segment);
    }
    if (fortranOrder && shape.rank() > 2) {
      throw new FormatException(
          "%s: expected C order, to flatten the shape %s, found Fortran order; save it in C order"
              .formatted(source, shape));
    }
    return new Tensor(source, type, shape.flattened(), fortranOrder, byteOrder, segment);
  }

  /// Whether [#floats()] is a view of the file, made without a copy.
  public boolean isFloatView() {
    return type == ElementType.F32 && isNativeOrder();
  }

  private boolean isNativeOrder() {
    return !fortranOrder && byteOrder == ByteOrder.nativeOrder();
  }

  /// The vectors, `[rows x columns]` float32, exactly: [#floats(Rounding)] with [Rounding#EXACT].
  public FloatMatrix floats() throws FormatException {
    return floats(Rounding.EXACT);
  }

  /// The vectors, `[rows x columns]` float32. A view of the file where that already holds them so,
  /// else a copy of `rows * columns * 4` bytes in native memory. NaNs and infinities pass.
  ///
  /// @throws FormatException if it is no matrix, the elements are no numbers, or one of them has no
  ///   float32 under `rounding`: names its row and column; or there is no memory for a copy
  public FloatMatrix floats(Rounding rounding) throws FormatException {
    int columns = columns();
    if (isFloatView()) {
      return FloatMatrix.of(segment, rows(), columns);
    }
    checkNumbers();
    FloatMatrix copy = FloatMatrix.of(allocate(), rows(), columns);
    return floats(0, rows(), copy, rounding);
  }

  /// The vectors in rows `from` (inclusive) to `to` (exclusive): a view where [#isFloatView()],
  /// else converted into the first rows of `buffer`, which are returned.
  ///
  /// @param buffer at least `to - from` rows, as many columns as the tensor; not touched where the
  ///   result is a view
  /// @throws FormatException as [#floats(Rounding)]
  public FloatMatrix floats(long from, long to, FloatMatrix buffer, Rounding rounding)
      throws FormatException {
    int columns = columns();
    Objects.checkFromToIndex(from, to, rows());
    if (isFloatView()) {
      return FloatMatrix.of(segment, rows(), columns).slice(from, to);
    }
    checkNumbers();
    if (buffer.columns() != columns) {
      throw new IllegalArgumentException(
          "%s has %d columns, the buffer %d".formatted(source, columns, buffer.columns()));
    }
    FloatMatrix target = buffer.slice(0, to - from);
    RunDecoder decoder = new FloatDecoder(type, byteOrder, rounding);
    new RowReader(this, decoder, columns).read(from, to, target.segment(), target.rowStride());
    return target;
  }

  /// Memory for a converted copy, 4 bytes an element.
  private MemorySegment allocate() throws FormatException {
    long bytes = 4 * elements();
    try {
      return Arena.ofAuto().allocate(bytes, COPY_ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      throw new FormatException(
          "%s: no memory for a copy of %d bytes, converted from %s; raise -XX:MaxDirectMemorySize"
              .formatted(source, bytes, type),
          e);
    }
  }

  private void checkNumbers() throws FormatException {
    if (!type.isFloat() && !type.isInteger()) {
      throw new FormatException(source + ": expected numbers, found the type " + type);
    }
  }

  /// The token ids, `[rows x columns]` int32, or `[rows x 1]` where there is one axis. A view of
  /// the file where that already holds them so, else a copy in native memory. Negative ids pass.
  ///
  /// @throws FormatException if there are neither one nor two axes, the elements are no integers,
  ///   or one of them is outside int32: names its row and column
  public TokenIds ids() throws FormatException {
    if (!type.isInteger()) {
      throw new FormatException(source + ": expected integer ids, found the type " + type);
    }
    int columns = shape.rank() == 1 ? 1 : columns();
    if (type == ElementType.I32 && isNativeOrder()) {
      return TokenIds.of(segment, rows(), columns);
    }
    TokenIds copy = TokenIds.of(allocate(), rows(), columns);
    RunDecoder decoder = new IdDecoder(type, byteOrder);
    new RowReader(this, decoder, columns).read(0, rows(), copy.segment(), copy.rowStride());
    return copy;
  }

  Shape axes() {
    return shape;
  }

  /// As in `vectors.npy: F32 [3 x 4]`; the elements are not shown.
  @Override
  public String toString() {
    return source + ": " + type + " " + shape;
  }
}
