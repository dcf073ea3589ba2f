package dev.tessera.cli;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The bytes of a text: a mapped file, which stays mapped as long as it is reachable, or all of
/// standard input.
record TextFile(MemorySegment bytes) {
  /// The name of standard input.
  static final String STANDARD_INPUT = "-";

  static TextFile open(String source) throws IOException {
    return new TextFile(
        source.equals(STANDARD_INPUT)
            ? MemorySegment.ofArray(System.in.readAllBytes())
            : map(Path.of(source)));
  }

  private static MemorySegment map(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) { // a pipe, or a folder, which is an error
      return MemorySegment.ofArray(Files.readAllBytes(file));
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
  }

  /// The bytes in an array.
  ///
  /// @throws IOException if there are too many for one
  byte[] toArray() throws IOException {
    if (bytes.byteSize() > Integer.MAX_VALUE - 8) {
      throw new IOException(
          "--offsets and --html take texts of less than 2^31 bytes, not %d"
              .formatted(bytes.byteSize()));
    }
    return bytes.toArray(ValueLayout.JAVA_BYTE);
  }
}
