package dev.tessera.io;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/// Writes a `.npy` file block by block, for results that do not fit in memory or whose number of
/// rows is not known yet. The file appears on [#commit], whole; [#close] without it leaves nothing
/// behind.
///
/// ```java
/// try (NpyWriter writer = NpyWriter.vector(path, ElementType.I32)) {
///   while (...) {
///     writer.append(quantizer.encode(block));
///   }
///   writer.commit();
/// }
/// ```
///
/// Version 1, C order, the machine's byte order, elements aligned to 64 bytes. Not safe for use by
/// several threads.
public final class NpyWriter implements Closeable {
  private final AtomicFile output;
  private final ChannelSink sink;
  private final ElementType type;
  private final int columns;
  private final boolean vector;
  private long rows;

  private NpyWriter(AtomicFile output, ElementType type, int columns, boolean vector)
      throws IOException {
    this.output = output;
    this.type = type;
    this.columns = columns;
    this.vector = vector;
    sink = new ChannelSink(output.channel());
    sink.write(header());
  }

  /// A writer of `[rows x columns]`.
  ///
  /// @param type F32, F64 or I32, as the appended matrices hold
  public static NpyWriter matrix(Path file, ElementType type, int columns) throws IOException {
    if (columns < 1) {
      throw new IllegalArgumentException("a matrix needs at least 1 column, not " + columns);
    }
    return create(file, type, columns, false);
  }

  /// A writer of ``rows``: one axis, from matrices of one column.
  ///
  /// @param type F32, F64 or I32, as the appended matrices hold; U32 for ids, too; I64 for arrays
  public static NpyWriter vector(Path file, ElementType type) throws IOException {
    return create(file, type, 1, true);
  }

  private static NpyWriter create(Path file, ElementType type, int columns, boolean vector)
      throws IOException {
    switch (type) {
      case F32, F64, I32, U32, I64 -> {}
      default ->
          throw new IllegalArgumentException(
              "a file is written as F32, F64, I32, U32 or I64, not as " + type);
    }
    AtomicFile output = AtomicFile.create(file);
    try {
      return new NpyWriter(output, type, columns, vector);
    } catch (IOException | RuntimeException e) {
      output.close();
      throw e;
    }
  }

  private byte[] header() {
    Shape shape = vector ? new Shape(rows) : new Shape(rows, columns);
    return new NpyHeader(type, ByteOrder.nativeOrder(), false, shape, 0)
        .bytes(NpyHeader.MATRIX_HEADER_BYTES);
  }

  /// Appends the rows of `block`.
  ///
  /// @throws IllegalArgumentException if the file holds another type or number of columns
  public void append(FloatMatrix block) throws IOException {
    append(ElementType.F32, block.segment(), block.rows(), block.columns(), block.rowStride());
  }

  /// Appends the rows of `block`.
  ///
  /// @throws IllegalArgumentException if the file holds another type or number of columns
  public void append(DoubleMatrix block) throws IOException {
    append(ElementType.F64, block.segment(), block.rows(), block.columns(), block.rowStride());
  }

  /// Appends the rows of `block`.
  ///
  /// @throws IllegalArgumentException if the file holds another type or number of columns
  public void append(TokenIds block) throws IOException {
    ElementType ids = type == ElementType.U32 ? ElementType.U32 : ElementType.I32;
    append(ids, block.segment(), block.rows(), block.columns(), block.rowStride());
  }

  /// Appends rows, one behind the other in `values`.
  ///
  /// @throws IllegalArgumentException if the file holds another type, or the values end within a
  ///   row
  public void append(long[] values) throws IOException {
    if (values.length % columns != 0) {
      throw new IllegalArgumentException(
          "%d values are no rows of %d columns".formatted(values.length, columns));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_LONG, values);
      append(ElementType.I64, copy, values.length / columns, columns, columns);
    }
  }

  private void append(
      ElementType blockType,
      MemorySegment segment,
      long blockRows,
      int blockColumns,
      long rowStride)
      throws IOException {
    if (blockType != type || blockColumns != columns) {
      throw new IllegalArgumentException(
          "the file holds %s in %d columns, the block %s in %d"
              .formatted(type, columns, blockType, blockColumns));
    }
    int elementBytes = type.bits() / Byte.SIZE;
    long rowBytes = (long) columns * elementBytes;
    if (rowStride == columns) {
      sink.write(segment, 0, blockRows * rowBytes);
    } else {
      for (long row = 0; row < blockRows; row++) {
        sink.write(segment, row * rowStride * elementBytes, rowBytes);
      }
    }
    rows += blockRows;
  }

  /// Rows appended so far.
  public long rows() {
    return rows;
  }

  /// Makes the file appear, with the rows appended so far.
  public void commit() throws IOException {
    sink.flush();
    sink.patch(0, ByteBuffer.wrap(header()));
    output.commit();
  }

  /// Discards the file unless it was committed.
  @Override
  public void close() throws IOException {
    output.close();
  }
}
