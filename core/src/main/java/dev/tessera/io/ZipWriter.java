package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes a zip file of stored entries, each dated 1 January 1980, so that the same content makes
/// the same file; zip64 where a number needs it.
final class ZipWriter {
  private static final int VERSION = 45;
  private static final int UTF8_NAME_FLAG = 1 << 11;
  private static final int FIRST_DATE = 1 << 5 | 1;
  private static final int CHECKSUM_OFFSET = 14;
  private static final int ZIP64_LOCAL_EXTRA_BYTES = 20;

  private record Written(String name, long headerOffset, long bytes, long checksum) {}

  private final ChannelSink sink;
  private final long zip64From;
  private final List<Written> entries = new ArrayList<>();

  ZipWriter(ChannelSink sink) {
    this(sink, ZipDirectory.U32_ELSEWHERE);
  }

  /// @param zip64From the least length or offset that goes to zip64 fields
  ZipWriter(ChannelSink sink, long zip64From) {
    this.sink = sink;
    this.zip64From = zip64From;
  }

  /// Appends an entry of two parts, one behind the other.
  void add(String name, byte[] head, MemorySegment tail) throws IOException {
    long headerOffset = sink.position();
    long bytes = head.length + tail.byteSize();
    write(localHeader(name.getBytes(StandardCharsets.UTF_8), bytes));
    sink.startChecksum();
    sink.write(head);
    sink.write(tail);
    long checksum = sink.checksum();
    ByteBuffer patch = littleEndian(Integer.BYTES).putInt((int) checksum).flip();
    sink.patch(headerOffset + CHECKSUM_OFFSET, patch);
    entries.add(new Written(name, headerOffset, bytes, checksum));
  }

  private ByteBuffer localHeader(byte[] name, long bytes) {
    boolean zip64 = bytes >= zip64From;
    int extraBytes = zip64 ? ZIP64_LOCAL_EXTRA_BYTES : 0;
    ByteBuffer header = littleEndian(ZipDirectory.LOCAL_BYTES + name.length + extraBytes);
    header.putInt(ZipDirectory.LOCAL_SIGNATURE);
    putCommon(header, 0, bytes, name.length, extraBytes);
    header.put(name);
    if (zip64) {
      header.putShort((short) ZipDirectory.ZIP64_EXTRA).putShort((short) 16);
      header.putLong(bytes).putLong(bytes);
    }
    return header;
  }

  /// What local and central headers share, from the version needed to the length of the extra
  /// fields.
  private void putCommon(
      ByteBuffer header, long checksum, long bytes, int nameBytes, int extraBytes) {
    int shownBytes = (int) (bytes >= zip64From ? ZipDirectory.U32_ELSEWHERE : bytes);
    header.putShort((short) VERSION).putShort((short) UTF8_NAME_FLAG);
    header.putShort((short) ZipDirectory.STORED);
    header.putShort((short) 0).putShort((short) FIRST_DATE);
    header.putInt((int) checksum).putInt(shownBytes).putInt(shownBytes);
    header.putShort((short) nameBytes).putShort((short) extraBytes);
  }

  /// Appends the directory; nothing can be added then.
  void finish() throws IOException {
    long directoryOffset = sink.position();
    for (Written entry : entries) {
      write(centralHeader(entry));
    }
    long directoryBytes = sink.position() - directoryOffset;
    boolean zip64 =
        directoryOffset >= zip64From
            || directoryBytes >= zip64From
            || entries.size() >= ZipDirectory.U16_ELSEWHERE;
    if (zip64) {
      write(zip64End(directoryOffset, directoryBytes));
    }
    ByteBuffer end = littleEndian(ZipDirectory.END_BYTES).putInt(ZipDirectory.END_SIGNATURE);
    int shownEntries = zip64 ? ZipDirectory.U16_ELSEWHERE : entries.size();
    end.putInt(0).putShort((short) shownEntries).putShort((short) shownEntries);
    end.putInt((int) (zip64 ? ZipDirectory.U32_ELSEWHERE : directoryBytes));
    end.putInt((int) (zip64 ? ZipDirectory.U32_ELSEWHERE : directoryOffset));
    end.putShort((short) 0);
    write(end);
  }

  private ByteBuffer centralHeader(Written entry) {
    boolean longBytes = entry.bytes() >= zip64From;
    boolean longOffset = entry.headerOffset() >= zip64From;
    int numbersBytes = (longBytes ? 16 : 0) + (longOffset ? 8 : 0);
    int extraBytes = numbersBytes == 0 ? 0 : 4 + numbersBytes;
    byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
    ByteBuffer header = littleEndian(ZipDirectory.CENTRAL_BYTES + name.length + extraBytes);
    header.putInt(ZipDirectory.CENTRAL_SIGNATURE).putShort((short) VERSION);
    putCommon(header, entry.checksum(), entry.bytes(), name.length, extraBytes);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    header.putInt((int) (longOffset ? ZipDirectory.U32_ELSEWHERE : entry.headerOffset()));
    header.put(name);
    if (extraBytes > 0) {
      header.putShort((short) ZipDirectory.ZIP64_EXTRA).putShort((short) numbersBytes);
      if (longBytes) {
        header.putLong(entry.bytes()).putLong(entry.bytes());
      }
      if (longOffset) {
        header.putLong(entry.headerOffset());
      }
    }
    return header;
  }

  private ByteBuffer zip64End(long directoryOffset, long directoryBytes) {
    ByteBuffer end = littleEndian(ZipDirectory.ZIP64_END_BYTES + ZipDirectory.ZIP64_LOCATOR_BYTES);
    end.putInt(ZipDirectory.ZIP64_END_SIGNATURE);
    end.putLong(ZipDirectory.ZIP64_END_BYTES - 12L);
    end.putShort((short) VERSION).putShort((short) VERSION).putLong(0);
    end.putLong(entries.size()).putLong(entries.size());
    end.putLong(directoryBytes).putLong(directoryOffset);
    end.putInt(ZipDirectory.ZIP64_LOCATOR_SIGNATURE).putInt(0);
    end.putLong(directoryOffset + directoryBytes).putInt(1);
    return end;
  }

  private void write(ByteBuffer filled) throws IOException {
    sink.write(MemorySegment.ofBuffer(filled.flip()));
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
