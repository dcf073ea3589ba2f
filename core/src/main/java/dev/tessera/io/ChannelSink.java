package dev.tessera.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;

/// Gathers pieces of any size and any memory (heap arrays cannot be handed to a channel) into large
/// writes.
final class ChannelSink {
  private static final int BUFFER_BYTES = 1 << 18;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final MemorySegment memory = MemorySegment.ofBuffer(buffer);
  private final CRC32 checksum = new CRC32();
  private int filled;
  private long flushed;

  ChannelSink(FileChannel channel) {
    this.channel = channel;
  }

  /// Bytes taken so far.
  long position() {
    return flushed + filled;
  }

  void write(byte[] bytes) throws IOException {
    write(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  void write(MemorySegment source) throws IOException {
    write(source, 0, source.byteSize());
  }

  void write(MemorySegment source, long offset, long bytes) throws IOException {
    long done = 0;
    while (done < bytes) {
      if (filled == BUFFER_BYTES) {
        flush();
      }
      long count = Math.min(bytes - done, BUFFER_BYTES - filled);
      MemorySegment.copy(source, offset + done, memory, filled, count);
      filled += (int) count;
      done += count;
    }
  }

  /// Hands what is held to the channel.
  void flush() throws IOException {
    buffer.clear().limit(filled);
    checksum.update(buffer);
    buffer.rewind();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    flushed += filled;
    filled = 0;
  }

  /// Writes `patch` over what already stands at `position` of the file.
  void patch(long position, ByteBuffer patch) throws IOException {
    long end = position + patch.remaining();
    while (patch.hasRemaining()) {
      channel.write(patch, end - patch.remaining());
    }
  }

  /// Starts a CRC-32 over what is written from here on.
  void startChecksum() throws IOException {
    flush();
    checksum.reset();
  }

  /// The CRC-32 of what was written since [#startChecksum].
  long checksum() throws IOException {
    flush();
    return checksum.getValue();
  }
}
