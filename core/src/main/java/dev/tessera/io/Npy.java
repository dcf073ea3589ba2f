package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// NumPy's `.npy` files, one array each: versions 1, 2 and 3, C and Fortran order, either byte
/// order, the types that [ElementType] maps (`f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8`). Structured and
/// pickled arrays are refused. [NpyWriter] writes one row block after the other.
public final class Npy {
  private Npy() {}

  /// Maps `file`; the mapping ends when the tensor and all views of it are unreachable.
  ///
  /// @throws FormatException if the file is not what its header says
  public static Tensor open(Path file) throws IOException {
    return open(file, Arena.ofAuto());
  }

  /// Maps `file` for as long as `arena` lives.
  ///
  /// @throws FormatException if the file is not what its header says
  public static Tensor open(Path file, Arena arena) throws IOException {
    return parse(FileBytes.map(file, arena));
  }

  static Tensor parse(FileBytes file) throws FormatException {
    NpyHeader header = header(file, file.size());
    return new Tensor(
        file.name(),
        header.type(),
        header.shape(),
        header.fortranOrder(),
        header.byteOrder(),
        file.segment().asSlice(header.dataOffset()));
  }

  /// The header at the beginning of `file`, which goes with a file of `fileBytes`.
  static NpyHeader header(FileBytes file, long fileBytes) throws FormatException {
    NpyHeader header = NpyHeader.read(file);
    long expected = header.shape().bytes(header.type());
    long found = fileBytes - header.dataOffset();
    if (found != expected) {
      throw file.error(
          header.dataOffset(),
          "%d bytes of data for %s %s".formatted(expected, header.type(), header.shape()),
          Long.toString(found));
    }
    return header;
  }

  /// Writes `tensor` to `file`, which appears whole or not at all: version 1, elements aligned to
  /// 64 bytes, in the tensor's own type and order.
  ///
  /// @throws IllegalArgumentException if the format has no such element type
  public static void write(Path file, Tensor tensor) throws IOException {
    byte[] header = header(tensor);
    try (AtomicFile output = AtomicFile.create(file)) {
      ChannelSink sink = new ChannelSink(output.channel());
      sink.write(header);
      sink.write(tensor.segment());
      sink.flush();
      output.commit();
    }
  }

  /// What stands before the elements of `tensor`.
  static byte[] header(Tensor tensor) {
    return new NpyHeader(
            tensor.type(), tensor.byteOrder(), tensor.isFortranOrder(), tensor.axes(), 0)
        .bytes(0);
  }
}
