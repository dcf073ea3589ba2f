package dev.tessera.io;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A `.npy` file of a known shape, mapped for writing anywhere in it, for results that do not fit
/// in memory and do not come in the order of the file. The file appears on [#commit], whole;
/// [#close] without it leaves nothing behind.
///
/// All of the file is written with zeros first, so that a full disk is an `IOException` now and not
/// a broken mapping later. (A file system that stores runs of zeros in no space at all, or copies
/// what is written over, can still run full.)
///
/// Version 1, C order, the machine's byte order, elements aligned to 64 bytes.
public final class NpyImage implements Closeable {
  private static final int ZEROS_BYTES = 1 << 20;

  private final AtomicFile output;
  private final Arena arena;
  private final MemorySegment elements;
  private boolean closed;

  private NpyImage(AtomicFile output, Arena arena, MemorySegment elements) {
    this.output = output;
    this.arena = arena;
    this.elements = elements;
  }

  /// Makes the file beside `file`.
  ///
  /// @throws IOException if there is no room for it
  /// @throws IllegalArgumentException if the format has no such element type
  @SuppressWarnings("MustBeClosedChecker") // closed by close
  public static NpyImage create(Path file, ElementType type, long... shape) throws IOException {
    Shape axes = new Shape(shape);
    byte[] header = new NpyHeader(type, ByteOrder.nativeOrder(), false, axes, 0).bytes(0);
    long bytes = axes.bytes(type);
    AtomicFile output = AtomicFile.create(file);
    Arena arena = Arena.ofShared();
    try {
      FileChannel channel = output.channel();
      write(channel, ByteBuffer.wrap(header));
      ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
      for (long done = 0; done < bytes; done += ZEROS_BYTES) {
        write(channel, zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - done)));
      }
      MemorySegment elements =
          channel
              .map(FileChannel.MapMode.READ_WRITE, 0, header.length + bytes, arena)
              .asSlice(header.length);
      return new NpyImage(output, arena, elements);
    } catch (IOException | RuntimeException | Error e) {
      arena.close();
      output.close();
      throw e;
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// The elements, zeros at first, to be written to until [#commit] or [#close].
  public MemorySegment elements() {
    return elements;
  }

  /// Makes the file appear. The elements are gone then.
  public void commit() throws IOException {
    unmap();
    output.commit();
  }

  private void unmap() {
    if (!closed) {
      closed = true;
      arena.close();
    }
  }

  /// Discards the file unless it was committed.
  @Override
  public void close() throws IOException {
    unmap();
    output.close();
  }
}
