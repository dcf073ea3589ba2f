package dev.tessera.io;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The content of a zip entry: the bytes of the file where stored, else inflated into memory, and
/// its checksum compared.
final class ZipContent {
  /// Deflate turns 258 bytes into no less than 2 bits.
  private static final int MAX_DEFLATE_RATIO = 1032;

  /// What zlib is handed at once: a ByteBuffer holds less than 2 GiB.
  private static final long CHUNK_BYTES = 1 << 20;

  private static final long ALIGNMENT_BYTES = 64;

  private final FileBytes file;
  private final ZipDirectory.Entry entry;
  private final MemorySegment compressed;

  /// @throws FormatException if the entry is neither stored nor deflated, or says that it inflates
  ///   to more than deflate can
  ZipContent(FileBytes file, ZipDirectory.Entry entry) throws FormatException {
    this.file = file;
    this.entry = entry;
    if (entry.method() != ZipDirectory.STORED && entry.method() != ZipDirectory.DEFLATED) {
      throw error("a stored (0) or deflated (8) entry", "compression method " + entry.method());
    }
    if (entry.method() == ZipDirectory.DEFLATED
        && entry.bytes() / MAX_DEFLATE_RATIO > entry.compressedBytes()) {
      throw error(
          "at most %d times the %d compressed bytes"
              .formatted(MAX_DEFLATE_RATIO, entry.compressedBytes()),
          "a length of " + entry.bytes());
    }
    compressed = file.slice(entry.dataOffset(), entry.compressedBytes(), "content");
  }

  /// Up to `most` bytes of the beginning, unchecked, before the whole is worth its memory.
  MemorySegment beginning(int most) throws FormatException {
    long bytes = Math.min(most, entry.bytes());
    if (entry.method() == ZipDirectory.STORED) {
      return compressed.asSlice(0, bytes);
    }
    MemorySegment beginning = MemorySegment.ofArray(new byte[(int) bytes]);
    inflate(beginning, false);
    return beginning;
  }

  /// All of it, inflated into `arena` where deflated.
  ///
  /// @throws FormatException if length or checksum are not as declared, or there is no memory for
  ///   it
  MemorySegment whole(Arena arena) throws FormatException {
    MemorySegment content = compressed;
    if (entry.method() == ZipDirectory.DEFLATED) {
      content = allocate(arena);
      inflate(content, true);
    }
    long checksum = checksum(content);
    if (checksum != entry.checksum()) {
      throw error("the checksum %08x".formatted(entry.checksum()), "%08x".formatted(checksum));
    }
    return content;
  }

  private MemorySegment allocate(Arena arena) throws FormatException {
    try {
      return arena.allocate(entry.bytes(), ALIGNMENT_BYTES);
    } catch (OutOfMemoryError e) {
      throw new FormatException(
          """
          %s: no memory for the %d bytes that %s inflates to; raise -XX:MaxDirectMemorySize, or store \
          it uncompressed\
          """
              .formatted(file.name(), entry.bytes(), FormatException.quote(entry.name())),
          e);
    }
  }

  /// Fills `target` from the beginning of the content, which ends there where it is the `whole`.
  private void inflate(MemorySegment target, boolean whole) throws FormatException {
    Inflater inflater = new Inflater(true);
    ByteBuffer surplus = ByteBuffer.allocate(1);
    long fed = 0;
    long written = 0;
    try {
      while (!inflater.finished()) {
        boolean full = written == target.byteSize();
        if (full && !whole) {
          return;
        }
        if (inflater.needsInput() && fed < compressed.byteSize()) {
          ByteBuffer input = chunk(compressed, fed);
          fed += input.remaining();
          inflater.setInput(input);
        }
        int count = inflater.inflate(full ? surplus : chunk(target, written));
        written += count;
        boolean starved = inflater.needsInput() && fed == compressed.byteSize();
        boolean stuck = count == 0 && (starved || !inflater.needsInput());
        if (written > target.byteSize() || (stuck && !inflater.finished())) {
          throw error(entry.bytes() + " bytes, inflated", count > 0 ? "more" : "" + written);
        }
      }
      if (written < target.byteSize() || inflater.getBytesRead() < compressed.byteSize()) {
        throw error(
            "%d bytes, inflated from %d".formatted(entry.bytes(), compressed.byteSize()),
            "%d from %d".formatted(written, inflater.getBytesRead()));
      }
    } catch (DataFormatException e) {
      throw error("deflated data", String.valueOf(e.getMessage()));
    } finally {
      inflater.end();
    }
  }

  private static ByteBuffer chunk(MemorySegment segment, long from) {
    return segment.asSlice(from, Math.min(CHUNK_BYTES, segment.byteSize() - from)).asByteBuffer();
  }

  private static long checksum(MemorySegment content) {
    CRC32 checksum = new CRC32();
    for (long at = 0; at < content.byteSize(); at += CHUNK_BYTES) {
      checksum.update(chunk(content, at));
    }
    return checksum.getValue();
  }

  private FormatException error(String expected, String found) {
    return new FormatException(
        "%s, entry %s: expected %s, found %s"
            .formatted(file.name(), FormatException.quote(entry.name()), expected, found));
  }
}
