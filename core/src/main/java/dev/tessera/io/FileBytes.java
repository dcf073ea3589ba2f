package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The bytes of a file, or of an entry in one, under the name that messages give it. Every read is
/// checked against the length first; integers are little-endian.
record FileBytes(MemorySegment segment, String name) {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Maps the whole of `file`, for reading, as long as `arena` lives.
  static FileBytes map(Path file, Arena arena) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString(), null, "there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new FormatException(
          file + ": expected a regular file, which can be mapped, found a folder, pipe or device");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment segment = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new FileBytes(segment, file.toString());
    }
  }

  long size() {
    return segment.byteSize();
  }

  /// @param what names the bytes, for the message
  MemorySegment slice(long offset, long bytes, String what) throws FormatException {
    if (offset < 0 || bytes < 0 || offset > size() || bytes > size() - offset) {
      throw error(
          offset,
          Long.toUnsignedString(bytes) + " bytes of " + what,
          Math.max(0, size() - offset) + " bytes up to the end");
    }
    return segment.asSlice(offset, bytes);
  }

  byte[] bytes(long offset, int count, String what) throws FormatException {
    return slice(offset, count, what).toArray(ValueLayout.JAVA_BYTE);
  }

  int u16(long offset, String what) throws FormatException {
    return Short.toUnsignedInt(slice(offset, Short.BYTES, what).get(U16, 0));
  }

  long u32(long offset, String what) throws FormatException {
    return Integer.toUnsignedLong(slice(offset, Integer.BYTES, what).get(U32, 0));
  }

  /// An unsigned 64-bit integer; those of 2^63 and more, which no file reaches, are refused.
  long u63(long offset, String what) throws FormatException {
    long value = slice(offset, Long.BYTES, what).get(U64, 0);
    if (value < 0) {
      throw error(offset, what + " below 2^63", Long.toUnsignedString(value));
    }
    return value;
  }

  FormatException error(long offset, String expected, String found) {
    return FormatException.at(name, offset, expected, found);
  }
}
