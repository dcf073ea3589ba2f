package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A graph's edges, sorted by blocks of source rows: what a chunk of rows gathers from one block
/// stands together, so that the block stays in the cache while it is read again and again. Rows
/// longer than a segment are cut into *parts rows*, one a segment; their sums are joined in the
/// end.
///
/// Within a chunk edges are sorted by block, then row, then as the row has them: as its columns
/// ascend, each row still meets them in its own order.
final class HopBlocks {
  /// How finely a graph is cut.
  ///
  /// @param shift a block has `1 << shift` source rows, at most 2^16
  /// @param chunkRows the most rows of a chunk, cut ones counted for each segment, unless one row
  ///   alone has more; at most 2^16
  record Sizes(int shift, int chunkRows) {
    /// 8,192 source rows of 256 bytes are 2 MB. As many rows as runs can name: the fewer chunks,
    /// the fewer times every block is fetched into the cache, while a chunk's sums, 16 MB, pass by
    /// in order.
    static final Sizes DEFAULT = new Sizes(13, 1 << 16);

    /// Rows of a block.
    int blockRows() {
      return 1 << shift;
    }
  }

  private static final int ROW_SHIFT = 16;
  private static final int COUNT_MASK = 0xffff;

  /// Chunks a thread at least, so that all end at about the same time.
  private static final int CHUNKS_PER_THREAD = 2;

  private final HopEdges edges;
  private final @Nullable EdgeWeights weightsInOrder;
  private final int shift;
  private final int blocks;
  private final Chunk[] chunks;
  private final MemorySegment ids;
  private final MemorySegment weights;

  /// Rows `firstRow` to `endRow - 1`.
  static final class Chunk {
    private final int firstRow;
    private final int endRow;
    private final int rows;
    private final MemorySegment parts;
    private final int[] partEnds;
    private final int[] edgeEnds;

    /// @param rows their number, cut ones counted for each segment
    /// @param parts runs of edges of one row and block, int32 each
    /// @param partEnds for each block where its runs end in `parts`
    /// @param edgeEnds for each block where its edges end among the chunk's
    Chunk(int firstRow, int endRow, int rows, MemorySegment parts, int[] partEnds, int[] edgeEnds) {
      this.firstRow = firstRow;
      this.endRow = endRow;
      this.rows = rows;
      this.parts = parts;
      this.partEnds = partEnds;
      this.edgeEnds = edgeEnds;
    }

    int firstRow() {
      return firstRow;
    }

    int endRow() {
      return endRow;
    }

    int rows() {
      return rows;
    }

    MemorySegment parts() {
      return parts;
    }

    int partEnd(int block) {
      return partEnds[block];
    }

    int edgeEnd(int block) {
      return edgeEnds[block];
    }

    long bytes() {
      return parts.byteSize() + (long) (partEnds.length + edgeEnds.length) * Integer.BYTES;
    }
  }

  private HopBlocks(CallerEdges given, int shift, Chunk[] chunks, Arena arena) {
    edges = given.unweighted();
    weightsInOrder = given.weights();
    this.shift = shift;
    this.chunks = chunks;
    blocks = Math.ceilDiv(edges.nodes(), 1 << shift);
    ids = HopMemory.allocate(arena, Math.max(1, edges.count() * Short.BYTES));
    weights =
        weightsInOrder == null
            ? edges.weights()
            : HopMemory.allocate(arena, Math.max(1, edges.count() * Float.BYTES));
  }

  /// Sorts the edges of a graph; null if a row's columns do not ascend, or a row is too long.
  static @Nullable HopBlocks build(CallerEdges given, Sizes sizes, WorkerPool pool, Arena arena) {
    HopEdges edges = given.unweighted();
    long share = Math.ceilDiv(edges.cost(), (long) CHUNKS_PER_THREAD * pool.threads());
    int[] ends = chunkEnds(edges, sizes.chunkRows(), share);
    if (ends.length == 0) {
      return null;
    }
    HopBlocks built = new HopBlocks(given, sizes.shift(), new Chunk[ends.length], arena);
    boolean[] descends = new boolean[ends.length];
    pool.run(
        chunks -> {
          for (long i = chunks.next(); i >= 0; i = chunks.next()) {
            int chunk = (int) i;
            int first = chunk == 0 ? 0 : ends[chunk - 1];
            descends[chunk] = !built.sort(chunk, first, ends[chunk], arena);
          }
        },
        ends.length);
    for (boolean each : descends) {
      if (each) {
        return null;
      }
    }
    return built;
  }

  /// Where chunks end: before they have more than `chunkRows` rows, and once they cost `share`, by
  /// the measure of [HopEdges#rowAt]; none if a row alone has more than a chunk may hold.
  private static int[] chunkEnds(HopEdges edges, int chunkRows, long share) {
    int[] ends = new int[1 + Math.ceilDiv(edges.nodes(), chunkRows)];
    int found = 0;
    long rows = 0;
    int shareEnd = edges.rowAt(share);
    for (int row = 0; row < edges.nodes(); row++) {
      long more = segments(edges.pointer(row + 1L) - edges.pointer(row));
      if (more > COUNT_MASK) {
        return new int[0];
      }
      if (rows > 0 && (rows + more > chunkRows || row >= shareEnd)) {
        ends = found + 1 < ends.length ? ends : Arrays.copyOf(ends, 2 * ends.length);
        ends[found++] = row;
        rows = 0;
        shareEnd = edges.rowAt(edges.pointer(row) + 2L * row + share);
      }
      rows += more;
    }
    ends[found++] = edges.nodes();
    return Arrays.copyOf(ends, found);
  }

  /// The rows that a row of `count` edges counts for: its segments, and one where it has none.
  static long segments(long count) {
    return Math.max(1, Math.ceilDiv(count, (long) HopOperand.SEGMENT_EDGES));
  }

  /// Sorts a chunk; returns whether all its rows ascend.
  private boolean sort(int chunk, int firstRow, int endRow, Arena arena) {
    int[] edgeEnds = new int[blocks + 1];
    int[] partEnds = new int[blocks + 1];
    int rows = count(firstRow, endRow, edgeEnds, partEnds);
    if (rows < 0) {
      return false;
    }
    for (int block = 0; block < blocks; block++) { // counts become beginnings
      edgeEnds[block + 1] += edgeEnds[block];
      partEnds[block + 1] += partEnds[block];
    }
    MemorySegment parts =
        arena.allocate(Math.max(1, partEnds[blocks]) * (long) Integer.BYTES, Integer.BYTES);
    place(firstRow, endRow, edgeEnds, partEnds, parts);
    chunks[chunk] = new Chunk(firstRow, endRow, rows, parts, partEnds, edgeEnds);
    return true;
  }

  /// Counts the edges and runs of each block at its place plus 1; returns the rows, or -1 if one
  /// does not ascend.
  private int count(int firstRow, int endRow, int[] edgeCounts, int[] partCounts) {
    int[] columns = new int[HopOperand.SEGMENT_EDGES];
    int[] begins = new int[HopOperand.SEGMENT_EDGES + 1];
    int rows = 0;
    long end = edges.pointer(firstRow);
    for (int row = firstRow; row < endRow; row++) {
      long first = end;
      end = edges.pointer(row + 1L);
      int previous = -1;
      for (long begin = first; begin < end; begin += columns.length) {
        int count = (int) Math.min(columns.length, end - begin);
        HopEdges.columns(edges.columns(), begin, columns, count);
        if (columns[0] < previous || !ascend(columns, count)) {
          return -1;
        }
        previous = columns[count - 1];
        int runs = runs(columns, count, begins);
        for (int run = 0; run < runs; run++) {
          int place = (columns[begins[run]] >>> shift) + 1;
          edgeCounts[place] += begins[run + 1] - begins[run];
          partCounts[place]++;
        }
        rows++;
      }
      if (first == end) {
        rows++;
      }
    }
    return rows;
  }

  private static boolean ascend(int[] columns, int count) {
    int signs = 0;
    for (int i = 1; i < count; i++) {
      signs |= columns[i] - columns[i - 1];
    }
    return signs >= 0;
  }

  /// Finds the runs of edges of one block each in a segment, without a branch: they are short, and
  /// where one ends is hard to foresee.
  ///
  /// @param begins written: where each begins, and the end
  /// @return their number
  private int runs(int[] columns, int count, int[] begins) {
    int bits = shift;
    int found = 0;
    int block = columns[0] >>> bits;
    for (int i = 1; i < count; i++) {
      int next = columns[i] >>> bits;
      begins[found + 1] = i;
      found += (block - next) >>> (Integer.SIZE - 1); // 1 if it is another one, as columns ascend
      block = next;
    }
    begins[found + 1] = count;
    return found + 1;
  }

  /// Writes the edges and runs, block by block; beginnings become ends.
  private void place(int firstRow, int endRow, int[] edgeAt, int[] partAt, MemorySegment parts) {
    EdgeWeights.Reader reader = weightsInOrder == null ? null : weightsInOrder.reader();
    int[] columns = new int[HopOperand.SEGMENT_EDGES];
    float[] values = new float[HopOperand.SEGMENT_EDGES];
    int[] begins = new int[HopOperand.SEGMENT_EDGES + 1];
    int[] shifts = new int[blocks];
    long base = edges.pointer(firstRow);
    int rows = 0;
    long end = base;
    for (int row = firstRow; row < endRow; row++) {
      long first = end;
      end = edges.pointer(row + 1L);
      for (long begin = first; begin < end; begin += columns.length) {
        int count = (int) Math.min(columns.length, end - begin);
        HopEdges.columns(edges.columns(), begin, columns, count);
        placeRuns(rows, columns, count, begins, edgeAt, partAt, shifts, parts);
        placeIds(columns, count, base, shifts);
        if (reader != null) {
          reader.read(row, begin, begin + count, values, 0);
          placeWeights(columns, values, count, base, shifts);
        }
        rows++;
      }
      if (first == end) {
        rows++;
      }
    }
  }

  /// Writes the runs of a segment.
  ///
  /// @param shifts written: what is to be added to the number of an edge within the segment, for
  ///   each block
  private void placeRuns(
      int row,
      int[] columns,
      int count,
      int[] begins,
      int[] edgeAt,
      int[] partAt,
      int[] shifts,
      MemorySegment parts) {
    int runs = runs(columns, count, begins);
    for (int run = 0; run < runs; run++) {
      int begin = begins[run];
      int edges = begins[run + 1] - begin;
      int block = columns[begin] >>> shift;
      shifts[block] = edgeAt[block] - begin;
      edgeAt[block] += edges;
      long part = partAt[block]++;
      parts.set(ValueLayout.JAVA_INT_UNALIGNED, part * Integer.BYTES, (row << ROW_SHIFT) | edges);
    }
  }

  private void placeIds(int[] columns, int count, long base, int[] shifts) {
    MemorySegment to = OffHeap.of(ids);
    int bits = shift;
    int mask = (1 << bits) - 1;
    for (int i = 0; i < count; i++) {
      int column = columns[i];
      long at = base + i + shifts[column >>> bits];
      to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at * Short.BYTES, (short) (column & mask));
    }
  }

  private void placeWeights(int[] columns, float[] values, int count, long base, int[] shifts) {
    MemorySegment to = OffHeap.of(weights);
    int bits = shift;
    for (int i = 0; i < count; i++) {
      long at = base + i + shifts[columns[i] >>> bits];
      to.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, values[i]);
    }
  }

  /// The first `count` runs of edges from place `from` on.
  static void parts(MemorySegment parts, int from, int[] target, int count) {
    MemorySegment.copy(
        parts, ValueLayout.JAVA_INT_UNALIGNED, (long) from * Integer.BYTES, target, 0, count);
  }

  /// The row of its chunk that a run belongs to.
  static long row(int part) {
    return Integer.toUnsignedLong(part) >>> ROW_SHIFT;
  }

  /// The edges of a run.
  static int count(int part) {
    return part & COUNT_MASK;
  }

  /// The first `count` neighbours' rows within their block from `edge` on, uint16.
  static void ids(MemorySegment ids, long edge, short[] target, int count) {
    MemorySegment.copy(ids, ValueLayout.JAVA_SHORT_UNALIGNED, edge * Short.BYTES, target, 0, count);
  }

  MemorySegment ids() {
    return ids;
  }

  MemorySegment weights() {
    return weights;
  }

  /// Bytes from one weight to the next; 0 where one serves all.
  long weightStep() {
    return weightsInOrder == null ? 0 : Float.BYTES;
  }

  /// The edges in the caller's order, without their weights.
  HopEdges edges() {
    return edges;
  }

  int chunks() {
    return chunks.length;
  }

  Chunk chunk(int i) {
    return chunks[i];
  }

  /// How many blocks there are.
  int blocks() {
    return blocks;
  }

  /// Rows of a block.
  int blockRows() {
    return 1 << shift;
  }

  /// The most rows of a chunk.
  int mostRows() {
    int most = 0;
    for (Chunk chunk : chunks) {
      most = Math.max(most, chunk.rows());
    }
    return most;
  }

  /// Memory held, in bytes.
  long bytes() {
    long bytes = ids.byteSize() + (weightsInOrder == null ? 0 : weights.byteSize());
    for (Chunk chunk : chunks) {
      bytes += chunk.bytes();
    }
    return bytes;
  }
}
