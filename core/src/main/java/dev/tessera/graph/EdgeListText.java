package dev.tessera.graph;

import dev.tessera.io.FormatException;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Reads a text of edges, one a line: `source target` or `source target weight`, the same on every
/// line, with spaces, tabs, commas or semicolons between. What follows a `#` or a `%` is a comment;
/// lines without fields are skipped. Threads count the lines of their blocks first, and then know
/// where to put the edges.
final class EdgeListText {
  /// Bytes a thread takes at a time.
  private static final long BLOCK_BYTES = 1 << 20;

  private final String file;
  private final MemorySegment text;
  private final int threads;

  private EdgeListText(String file, MemorySegment text, int threads) {
    this.file = file;
    this.text = text;
    this.threads = threads;
  }

  /// @throws FormatException if a line is not as it must be: names it
  static EdgeList read(Path file, int threads) throws IOException {
    try (Arena arena = Arena.ofShared();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      MemorySegment text = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new EdgeListText(file.toString(), text, threads).read();
    }
  }

  private EdgeList read() throws FormatException {
    int blocks = Math.toIntExact(Math.ceilDiv(text.byteSize(), BLOCK_BYTES));
    long[] lines = new long[blocks + 1];
    long[] edges = new long[blocks + 1];
    int[] fields = new int[blocks];
    @Nullable FormatException[] failures = new FormatException[blocks];
    try (WorkerPool pool = CountingSort.pool(threads, text.byteSize())) {
      pool.run(
          chunks -> {
            for (long block = chunks.next(); block >= 0; block = chunks.next()) {
              int b = (int) block;
              EdgeLines scan = new EdgeLines(file, text, b * BLOCK_BYTES, (b + 1) * BLOCK_BYTES);
              scan.count();
              lines[b + 1] = scan.lines();
              edges[b + 1] = scan.edges();
              fields[b] = scan.fieldsOfFirst();
            }
          },
          blocks);
      int weightedFields = 0;
      for (int block = 0; block < blocks; block++) {
        lines[block + 1] += lines[block];
        edges[block + 1] += edges[block];
        weightedFields = weightedFields == 0 ? fields[block] : weightedFields;
      }
      boolean weighted = weightedFields > 2;
      TokenIds pairs = TokenIds.allocate(edges[blocks], 2);
      FloatMatrix weights = weighted ? FloatMatrix.allocate(edges[blocks], 1) : null;
      pool.run(
          chunks -> {
            for (long block = chunks.next(); block >= 0; block = chunks.next()) {
              int b = (int) block;
              EdgeLines scan = new EdgeLines(file, text, b * BLOCK_BYTES, (b + 1) * BLOCK_BYTES);
              try {
                scan.read(lines[b], edges[b], pairs, weights);
              } catch (FormatException e) {
                failures[b] = e;
              }
            }
          },
          blocks);
      for (FormatException failure : failures) {
        if (failure != null) {
          throw failure;
        }
      }
      return EdgeList.of(column(pairs, 0), column(pairs, 1), weights);
    }
  }

  private static TokenIds column(TokenIds pairs, int column) {
    long start = pairs.rows() == 0 ? 0 : column * (long) TokenIds.ELEMENT_BYTES;
    return TokenIds.of(pairs.segment().asSlice(start), pairs.rows(), 1, 2);
  }
}
