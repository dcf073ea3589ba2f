package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One hop of a slab of columns, block by block of source rows, chunks of rows shared out over
/// threads. Used again for every hop.
final class HopBlockStep implements WorkerPool.Task {
  /// The most columns of a slab: a block of 8,192 rows of 64 columns is 2 MB. With vectors of 128
  /// bits 32, as many as registers hold.
  static final int SLAB_COLUMNS = Math.min(64, HopTiles.MOST_VECTORS * Lanes.COUNT);

  /// Runs of edges that are summed between two looks at whether vector code is compiled yet, and
  /// how many of them try it.
  private static final int TURN_PARTS = 256;

  private static final int TRIAL_PARTS = 32;

  /// Rows that are joined and written at a time, 16 KB.
  private static final int FINISHED_ROWS = 64;

  private final HopWorkers workers;
  private final HopPaces paces;
  private final ArrayDeque<MemorySegment> idleSums = new ArrayDeque<>();

  // What to do; set before each run.
  private @Nullable HopBlocks blocks;
  private Aggregation aggregation = Aggregation.SUM;
  private int width;
  private boolean halves;
  private long sourceStride;
  private MemorySegment source = MemorySegment.NULL;
  private @Nullable MemorySegment target;
  private @Nullable FloatMatrix copy;
  private long copyColumn;
  private int copyWidth;

  HopBlockStep(HopWorkers workers, HopPaces paces) {
    this.workers = workers;
    this.paces = paces;
  }

  /// Runs a hop.
  ///
  /// @param newWidth columns of a slab's rows, whole cache lines
  /// @param ofHalves whether rows are of bfloat16, as [HalfRows] packs them: whole blocks of
  ///   columns, and summed
  /// @param from the slab's rows
  /// @param to the slab's rows after the hop, written; null if nobody gathers them
  /// @param copied where the caller wants `columns` of them, from byte `column` on; null if not
  void run(
      WorkerPool pool,
      HopBlocks newBlocks,
      Aggregation newAggregation,
      int newWidth,
      boolean ofHalves,
      MemorySegment from,
      @Nullable MemorySegment to,
      @Nullable FloatMatrix copied,
      long column,
      int columns) {
    blocks = newBlocks;
    aggregation = newAggregation;
    width = newWidth;
    halves = ofHalves;
    sourceStride = (long) newWidth * (ofHalves ? Short.BYTES : Float.BYTES);
    source = from;
    target = to;
    copy = copied;
    copyColumn = column;
    copyWidth = columns;
    pool.run(this, newBlocks.chunks());
    copy = null;
    target = null;
  }

  @Override
  public void work(WorkerPool.Chunks chunks) {
    HopBlocks each = blocks;
    if (each == null) {
      return;
    }
    long sumBytes = (long) each.mostRows() * SLAB_COLUMNS * Float.BYTES;
    MemorySegment sums =
        borrow(sumBytes + HopMemory.LINE_BYTES); // and what nobody reads: see fetch
    HopWorker worker = workers.borrow();
    try {
      for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
        chunk(each, each.chunk((int) chunk), worker.batch(), sums);
      }
    } finally {
      workers.giveBack(worker);
      synchronized (idleSums) {
        idleSums.push(sums);
      }
    }
  }

  /// Memory held for the next call, in bytes.
  long bytes() {
    synchronized (idleSums) {
      return idleSums.stream().mapToLong(MemorySegment::byteSize).sum();
    }
  }

  private MemorySegment borrow(long bytes) {
    synchronized (idleSums) {
      MemorySegment idle = idleSums.poll();
      if (idle != null && idle.byteSize() >= bytes) {
        return idle;
      }
    }
    return HopMemory.allocate(Arena.ofAuto(), bytes);
  }

  private void chunk(HopBlocks each, HopBlocks.Chunk chunk, HopBatch batch, MemorySegment sums) {
    long stride = (long) width * Float.BYTES;
    float start = aggregation == Aggregation.MAX ? Float.NEGATIVE_INFINITY : 0;
    HopRows.fill(sums, 0, (long) chunk.rows() * width, start);
    VectorPace pace = halves ? paces.ofHalfBlocks(width) : paces.ofBlocks(aggregation, width);
    long firstEdge = each.edges().pointer(chunk.firstRow());
    long edge = firstEdge;
    int part = 0;
    for (int block = 0; block < each.blocks(); block++) {
      long at = block * (each.blockRows() * sourceStride);
      int end = chunk.partEnd(block);
      long edgeEnd = firstEdge + chunk.edgeEnd(block);
      int blockRows = Math.min(each.blockRows(), each.edges().nodes() - block * each.blockRows());
      if (edgeEnd - edge >= blockRows) {
        fetch(source, at, blockRows * sourceStride, sums);
      }
      while (!pace.isFast() && part < end) {
        int to = Math.min(end, part + TURN_PARTS);
        edge = takeTurns(pace, each, chunk.parts(), part, to, edge, at, batch, sums);
        part = to;
      }
      aggregate(true, each, chunk.parts(), part, end, edge, at, batch, sums);
      part = end;
      edge = edgeEnd;
    }
    finish(each.edges(), chunk, sums, stride);
  }

  /// Reads a block's cache lines one after the other, which brings them into the cache faster than
  /// edges would that ask for them in any order. So that no compiler leaves the reads out, what was
  /// read is written behind the last row of `sums`.
  private static void fetch(MemorySegment rows, long at, long bytes, MemorySegment sums) {
    MemorySegment block = OffHeap.of(rows);
    int read = 0;
    for (long line = at; line < at + bytes; line += HopMemory.LINE_BYTES) {
      read += block.get(ValueLayout.JAVA_INT_UNALIGNED, line);
    }
    sums.set(ValueLayout.JAVA_INT_UNALIGNED, sums.byteSize() - HopMemory.LINE_BYTES, read);
  }

  /// Aggregates some parts by vector code, the others by the definition, and compares.
  private long takeTurns(
      VectorPace pace,
      HopBlocks each,
      MemorySegment parts,
      int from,
      int to,
      long first,
      long at,
      HopBatch batch,
      MemorySegment sums) {
    int middle = Math.min(to, from + TRIAL_PARTS);
    long start = System.nanoTime();
    long tried = aggregate(true, each, parts, from, middle, first, at, batch, sums);
    long between = System.nanoTime();
    long end = aggregate(false, each, parts, middle, to, tried, at, batch, sums);
    long done = System.nanoTime();
    if (end > tried) {
      pace.compare(
          (double) (between - start) / (tried - first), (double) (done - between) / (end - tried));
    }
    return end;
  }

  /// Aggregates parts `from` to `to - 1` of a block, whose first edge is `first`; returns the edge
  /// behind their last.
  private long aggregate(
      boolean byVectors,
      HopBlocks each,
      MemorySegment parts,
      int from,
      int to,
      long first,
      long at,
      HopBatch batch,
      MemorySegment sums) {
    long stride = (long) width * Float.BYTES;
    int vectors = width / Lanes.COUNT;
    long edge = first;
    int part = from;
    while (part < to) {
      part = batch.takeRuns(each, parts, part, to, edge, at, sourceStride, stride);
      edge += batch.count();
      if (!byVectors) {
        byDefinition(batch, sums);
      } else if (halves) {
        HopBlockTiles.sumHalves(vectors / 2, batch, source, sums);
      } else if (aggregation == Aggregation.MAX) {
        HopBlockTiles.max(vectors, batch, source, sums);
      } else {
        HopBlockTiles.sum(vectors, batch, source, sums);
      }
    }
    return edge;
  }

  private void byDefinition(HopBatch batch, MemorySegment sums) {
    boolean max = aggregation == Aggregation.MAX;
    int edge = 0;
    for (int run = 0; run < batch.runs(); run++) {
      long sum = batch.places()[run];
      for (; edge < batch.ends()[run]; edge++) {
        long x = batch.sources()[edge];
        float weight = batch.weights()[edge];
        for (int column = 0; column < width; column++) {
          long c = (long) column * Float.BYTES;
          float value =
              halves
                  ? HalfRows.value(source, x, column)
                  : source.get(ValueLayout.JAVA_FLOAT, x + c);
          float acc = sums.get(ValueLayout.JAVA_FLOAT, sum + c);
          float m = weight * value;
          float next = max ? (m > acc || Float.isNaN(m) ? m : acc) : Math.fma(weight, value, acc);
          sums.set(ValueLayout.JAVA_FLOAT, sum + c, next);
        }
      }
    }
  }

  /// Joins cut rows, divides means, and writes: some rows at a time, which stay in the first cache,
  /// by loops of their own, each of which does one thing. As one loop, in which one hop wrote to
  /// the next one's rows and another did not, C2 compiled it anew in every hop: what it assumed
  /// before the loop had changed.
  private void finish(HopEdges edges, HopBlocks.Chunk chunk, MemorySegment sums, long stride) {
    MemorySegment to = target;
    FloatMatrix copied = copy;
    long at = 0;
    for (int row = chunk.firstRow(); row < chunk.endRow(); row += FINISHED_ROWS) {
      int end = Math.min(chunk.endRow(), row + FINISHED_ROWS);
      long next = join(edges, row, end, sums, at, stride);
      if (to != null && halves) {
        round(edges, row, end, sums, at, stride, to, row * sourceStride);
      } else if (to != null) {
        write(edges, row, end, sums, at, stride, to, row * stride, stride, stride);
      }
      if (copied != null) {
        write(
            edges,
            row,
            end,
            sums,
            at,
            stride,
            copied.segment(),
            copied.rowOffsetBytes(row) + copyColumn,
            copied.rowStride() * Float.BYTES,
            (long) copyWidth * Float.BYTES);
      }
      at = next;
    }
  }

  /// Joins rows `from` to `end - 1`, whose sums begin at `at`, and divides means; returns where the
  /// next row's sums begin.
  private long join(HopEdges edges, int from, int end, MemorySegment sums, long at, long stride) {
    long next = at;
    long pointer = edges.pointer(from);
    for (int row = from; row < end; row++) {
      long begin = pointer;
      pointer = edges.pointer(row + 1L);
      long sum = next;
      next = join(sums, sum, pointer - begin, stride);
      if (aggregation == Aggregation.MEAN && pointer > begin) {
        HopRows.divide(sums, sum, width, (float) (pointer - begin));
      }
    }
    return next;
  }

  /// Writes the first `bytes` of the sums of rows `from` to `end - 1`, which begin at `at`.
  ///
  /// @param to written: row `from` goes to byte `place`
  private static void write(
      HopEdges edges,
      int from,
      int end,
      MemorySegment sums,
      long at,
      long stride,
      MemorySegment to,
      long place,
      long placeStride,
      long bytes) {
    long sum = at;
    long pointer = edges.pointer(from);
    for (int row = from; row < end; row++) {
      long begin = pointer;
      pointer = edges.pointer(row + 1L);
      MemorySegment.copy(sums, sum, to, place + (row - from) * placeStride, bytes);
      sum += HopBlocks.segments(pointer - begin) * stride;
    }
  }

  /// Rounds the sums of rows `from` to `end - 1`, which begin at `at`, for the next hop to gather.
  ///
  /// @param to written: row `from` goes to byte `place`
  private void round(
      HopEdges edges,
      int from,
      int end,
      MemorySegment sums,
      long at,
      long stride,
      MemorySegment to,
      long place) {
    long sum = at;
    long pointer = edges.pointer(from);
    for (int row = from; row < end; row++) {
      long begin = pointer;
      pointer = edges.pointer(row + 1L);
      HalfRows.pack(sums, sum, to, place + (row - from) * sourceStride, width);
      sum += HopBlocks.segments(pointer - begin) * stride;
    }
  }

  /// Joins the sums of a row's segments to the first of them, in order; returns where the next
  /// row's begin.
  private long join(MemorySegment sums, long at, long count, long stride) {
    if (count == 0) {
      HopRows.fill(sums, at, width, 0);
    }
    long next = at + stride;
    long segments = HopBlocks.segments(count);
    for (long i = 1; i < segments; i++) {
      if (aggregation == Aggregation.MAX) {
        HopRows.max(sums, at, sums, next, width);
      } else {
        HopRows.add(sums, at, sums, next, width);
      }
      next += stride;
    }
    return next;
  }
}
