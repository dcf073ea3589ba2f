package dev.tessera.graph;

import dev.tessera.io.AtomicFile;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/// A temporary file where some columns of tokens after the other wait for all columns: written one
/// behind the other, then read row by row, so that the tokens are written once, forwards.
final class HopScratch implements AutoCloseable {
  private static final long WRITTEN_BYTES = 1L << 26;

  private final AtomicFile file;
  private final List<FloatMatrix> targets = new ArrayList<>();

  /// A file in this folder.
  ///
  /// @throws UncheckedIOException if there can be none
  HopScratch(Path folder) {
    try {
      file = AtomicFile.create(folder.resolve("hops.scratch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Keeps rows that belong into `target`.
  ///
  /// @param rows packed, outside the heap, as many and as wide as the target's
  /// @throws UncheckedIOException if there is no room for them
  /// @throws CancellationException if the thread was interrupted; it stays interrupted
  void keep(FloatMatrix rows, FloatMatrix target) {
    MemorySegment all = rows.segment().asSlice(0, bytes(rows));
    try {
      for (long done = 0; done < all.byteSize(); done += WRITTEN_BYTES) {
        ByteBuffer some =
            all.asSlice(done, Math.min(WRITTEN_BYTES, all.byteSize() - done)).asByteBuffer();
        while (some.hasRemaining()) {
          file.channel().write(some);
        }
      }
    } catch (ClosedByInterruptException e) {
      CancellationException cancelled = new CancellationException("interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    targets.add(target);
  }

  /// Copies everything to where it belongs.
  ///
  /// @throws UncheckedIOException if the file cannot be read
  void copyAll(WorkerPool pool) {
    try (Arena arena = Arena.ofShared()) {
      long size = file.channel().size();
      MemorySegment kept = file.channel().map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
      FloatMatrix[] sources = new FloatMatrix[targets.size()];
      long at = 0;
      for (int i = 0; i < sources.length; i++) {
        FloatMatrix target = targets.get(i);
        sources[i] =
            FloatMatrix.of(kept.asSlice(at, bytes(target)), target.rows(), target.columns());
        at += bytes(target);
      }
      RowCopy.copyTogether(sources, targets.toArray(FloatMatrix[]::new), pool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(FloatMatrix rows) {
    return rows.rows() * rows.columns() * FloatMatrix.ELEMENT_BYTES;
  }

  /// Deletes the file.
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
