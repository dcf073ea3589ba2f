package dev.tessera.kernels.simd;

import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One hop of some columns, rows shared out over threads by their edges. Used again for every hop.
final class HopStep implements WorkerPool.Task {
  /// Edges, and two a row, of a chunk at most: 1 to 5 ms; and at least, where threads would stand
  /// idle.
  private static final long MOST_CHUNK_COST = 1 << 16;

  private static final long LEAST_CHUNK_COST = 1 << 10;

  /// Chunks a thread, so that all end at about the same time.
  private static final int CHUNKS_PER_THREAD = 16;

  /// Rows of a block that try the vector code while it may not be compiled yet.
  private static final int TRIAL_ROWS = 8;

  /// A row with more edges is shared out, segment by segment, where there are several threads.
  private static final long HUGE_ROW_EDGES = 1 << 15;

  /// Segments of a huge row that are kept at a time until they are added in order.
  private static final int ROUND_PARTS = 4096;

  private final HopWorkers workers;
  private final HopPaces paces;

  // What to do; set before each run.
  private HopEdges edges;
  private Aggregation aggregation = Aggregation.SUM;
  private @Nullable HopMessages messages;
  private long column;
  private int width;
  private MemorySegment source = MemorySegment.NULL;
  private long sourceAt;
  private long sourceStride;
  private @Nullable MemorySegment target;
  private long targetAt;
  private long targetStride;
  private @Nullable FloatMatrix copy;
  private int copyWidth;
  private int @Nullable [] copyRows;

  // How it is shared out.
  private long chunkCost;
  private boolean split;
  private int[] hugeRows = new int[4];
  private int hugeCount;
  private MemorySegment parts = MemorySegment.NULL;
  private boolean sharingParts;
  private long partStride;
  private long partsFrom;
  private long partsEnd;

  HopStep(HopEdges edges, HopWorkers workers, HopPaces paces) {
    this.edges = edges;
    this.workers = workers;
    this.paces = paces;
  }

  /// What is aggregated, and how.
  void edges(HopEdges newEdges, Aggregation newAggregation, @Nullable HopMessages newMessages) {
    edges = newEdges;
    aggregation = newAggregation;
    messages = newMessages;
  }

  /// Which columns: `newWidth` of them, the first at byte `newColumn` of a row.
  void columns(long newColumn, int newWidth) {
    column = newColumn;
    width = newWidth;
  }

  /// Where rows are gathered: row j's columns begin at byte `at + j * stride`.
  void source(MemorySegment segment, long at, long stride) {
    source = segment;
    sourceAt = at;
    sourceStride = stride;
  }

  /// Where sums go, for the next hop to gather or for the caller; null if to the copy alone.
  void target(@Nullable MemorySegment segment, long at, long stride) {
    target = segment;
    targetAt = at;
    targetStride = stride;
  }

  /// Where sums are copied to: `columns` of them, row p to row `rows[p]`, or p where `rows` is
  /// null.
  void copy(@Nullable FloatMatrix to, int columns, int @Nullable [] rows) {
    copy = to;
    copyWidth = columns;
    copyRows = rows;
  }

  /// Lets go of what the caller gave.
  void forget() {
    messages = null;
    source = MemorySegment.NULL;
    target = null;
    copy = null;
    copyRows = null;
  }

  /// Runs the hop.
  void run(WorkerPool pool) {
    long cost = edges.cost();
    long fair = cost / ((long) pool.threads() * CHUNKS_PER_THREAD);
    chunkCost = Math.clamp(fair, LEAST_CHUNK_COST, MOST_CHUNK_COST);
    split = pool.threads() > 1;
    hugeCount = 0;
    sharingParts = false;
    pool.run(this, Math.ceilDiv(cost, chunkCost));
    for (int i = 0; i < hugeCount; i++) {
      hugeRow(pool, hugeRows[i]);
    }
  }

  @Override
  public void work(WorkerPool.Chunks chunks) {
    HopWorker worker = workers.borrow();
    try {
      worker.widen(Math.ceilDiv(width, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS);
      for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
        if (sharingParts) {
          sumParts(worker, chunk);
        } else {
          int to = edges.rowAt((chunk + 1) * chunkCost);
          for (int row = edges.rowAt(chunk * chunkCost); row < to; row += HopWorker.BLOCK_ROWS) {
            block(worker, row, Math.min(to, row + HopWorker.BLOCK_ROWS));
          }
        }
      }
    } finally {
      workers.giveBack(worker);
    }
  }

  private void block(HopWorker worker, int from, int to) {
    MemorySegment rows = target;
    long at = targetAt + from * targetStride;
    long stride = targetStride;
    if (rows == null) {
      rows = worker.rows();
      at = 0;
      stride = worker.strideBytes();
    }
    if (width < Lanes.COUNT) {
      byDefinition(worker, from, to, rows, at, stride);
    } else {
      VectorPace pace = paces.of(aggregation, messages != null, width);
      if (pace.isFast()) {
        byVectors(worker, from, to, rows, at, stride);
      } else {
        takeTurns(pace, worker, from, to, rows, at, stride);
      }
    }
    finish(from, to, rows, at, stride);
  }

  /// Aggregates by vector code, and most rows by the definition as long as that is faster.
  private void takeTurns(
      VectorPace pace,
      HopWorker worker,
      int from,
      int to,
      MemorySegment rows,
      long at,
      long stride) {
    int middle = Math.min(to, from + TRIAL_ROWS);
    long start = System.nanoTime();
    byVectors(worker, from, middle, rows, at, stride);
    long between = System.nanoTime();
    if (middle < to) {
      byDefinition(worker, middle, to, rows, at + (middle - from) * stride, stride);
      long done = System.nanoTime();
      long tried = edges.pointer(middle) - edges.pointer(from);
      long defined = edges.pointer(to) - edges.pointer(middle);
      if (tried > 0 && defined > 0) {
        pace.compare((double) (between - start) / tried, (double) (done - between) / defined);
      }
    }
  }

  private void byDefinition(
      HopWorker worker, int from, int to, MemorySegment rows, long at, long stride) {
    worker
        .definition()
        .aggregate(
            edges,
            from,
            to,
            aggregation,
            messages,
            column,
            source,
            sourceAt,
            sourceStride,
            width,
            rows,
            at,
            stride);
  }

  private void byVectors(
      HopWorker worker, int from, int to, MemorySegment rows, long at, long stride) {
    panels(edges.rowPointers(), from, to, rows, at, stride);
    if (edges.pointer(to) - edges.pointer(from) > HopOperand.SEGMENT_EDGES) {
      for (int row = from; row < to; row++) {
        long count = edges.pointer(row + 1L) - edges.pointer(row);
        if (count > HUGE_ROW_EDGES && split) {
          remember(row);
        } else if (count > HopOperand.SEGMENT_EDGES) {
          longRow(worker, row, rows, at + (row - from) * stride);
        }
      }
    }
  }

  /// Aggregates rows of at most a segment, one panel of columns after the other.
  private void panels(
      MemorySegment rowPointers, int from, int to, MemorySegment rows, long at, long stride) {
    int vectors = Math.ceilDiv(width, Lanes.COUNT);
    int most = messages == null ? HopTiles.MOST_VECTORS : HopTiles.MOST_MESSAGE_VECTORS;
    int panels = Math.ceilDiv(vectors, most);
    int done = 0;
    for (int panel = 0; panel < panels; panel++) {
      int count = (vectors - done) / (panels - panel);
      long begin = (long) done * Lanes.BYTES;
      done += count;
      long rowEnd = (long) width * Float.BYTES;
      long last = Math.min(rowEnd, (long) done * Lanes.BYTES) - Lanes.BYTES - begin;
      panel(rowPointers, from, to, begin, count, last, rows, at + begin, stride);
    }
  }

  private void panel(
      MemorySegment rowPointers,
      int from,
      int to,
      long begin,
      int vectors,
      long last,
      MemorySegment rows,
      long at,
      long stride) {
    HopMessages adds = messages;
    long x = sourceAt + begin;
    boolean max = aggregation == Aggregation.MAX;
    if (adds != null && max) {
      HopTiles.max(
          vectors,
          rowPointers,
          from,
          to,
          edges,
          adds,
          column + begin,
          source,
          x,
          sourceStride,
          last,
          rows,
          at,
          stride);
    } else if (adds != null) {
      HopTiles.sum(
          vectors,
          rowPointers,
          from,
          to,
          edges,
          adds,
          column + begin,
          source,
          x,
          sourceStride,
          last,
          rows,
          at,
          stride);
    } else if (max) {
      HopTiles.max(
          vectors, rowPointers, from, to, edges, source, x, sourceStride, last, rows, at, stride);
    } else {
      HopTiles.sum(
          vectors, rowPointers, from, to, edges, source, x, sourceStride, last, rows, at, stride);
    }
  }

  /// Sums the segments of a row and adds them in order.
  private void longRow(HopWorker worker, int row, MemorySegment rows, long at) {
    long end = edges.pointer(row + 1L);
    boolean first = true;
    for (long edge = edges.pointer(row);
        edge < end;
        edge += (long) HopWorker.PARTS * HopOperand.SEGMENT_EDGES) {
      int count = segments(edge, end);
      MemorySegment pointers = worker.segments(edge, count, end);
      panels(pointers, 0, count, worker.rows(), worker.partsAt(), worker.strideBytes());
      join(worker, worker.rows(), worker.partsAt(), worker.strideBytes(), count, first);
      first = false;
    }
    MemorySegment.copy(worker.rows(), worker.totalAt(), rows, at, (long) width * Float.BYTES);
  }

  /// How many segments begin at `edge`, at most [HopWorker#PARTS].
  private static int segments(long edge, long end) {
    return (int)
        Math.min(HopWorker.PARTS, Math.ceilDiv(end - edge, (long) HopOperand.SEGMENT_EDGES));
  }

  /// Joins parts to the worker's total, in order; whole cache lines, as all these rows hold.
  private void join(
      HopWorker worker, MemorySegment from, long partsAt, long stride, int count, boolean first) {
    int padded = Math.ceilDiv(width, Lanes.COUNT) * Lanes.COUNT;
    for (int i = 0; i < count; i++) {
      long part = partsAt + i * stride;
      if (first && i == 0) {
        MemorySegment.copy(
            from, part, worker.rows(), worker.totalAt(), (long) padded * Float.BYTES);
      } else if (aggregation == Aggregation.MAX) {
        HopRows.max(worker.rows(), worker.totalAt(), from, part, padded);
      } else {
        HopRows.add(worker.rows(), worker.totalAt(), from, part, padded);
      }
    }
  }

  private synchronized void remember(int row) {
    if (hugeCount == hugeRows.length) {
      hugeRows = Arrays.copyOf(hugeRows, 2 * hugeCount);
    }
    hugeRows[hugeCount++] = row;
  }

  /// Shares out the segments of a row, and adds them in order.
  private void hugeRow(WorkerPool pool, int row) {
    HopWorker worker = workers.borrow();
    try {
      worker.widen(Math.ceilDiv(width, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS);
      partStride = (long) Math.ceilDiv(width, HopMemory.LINE_FLOATS) * HopMemory.LINE_BYTES;
      if (parts.byteSize() < ROUND_PARTS * partStride) {
        parts = Arena.ofAuto().allocate(ROUND_PARTS * partStride, Lanes.ALIGNMENT_BYTES);
      }
      sharingParts = true;
      long begin = edges.pointer(row);
      partsEnd = edges.pointer(row + 1L);
      long round = (long) ROUND_PARTS * HopOperand.SEGMENT_EDGES;
      for (partsFrom = begin; partsFrom < partsEnd; partsFrom += round) {
        long left = Math.min(round, partsEnd - partsFrom);
        int count = (int) Math.ceilDiv(left, (long) HopOperand.SEGMENT_EDGES);
        pool.run(this, Math.ceilDiv(count, HopWorker.PARTS));
        join(worker, parts, 0, partStride, count, partsFrom == begin);
      }
      MemorySegment rows = target;
      long at = targetAt + row * targetStride;
      if (rows == null) {
        rows = worker.rows();
        at = 0;
      }
      MemorySegment.copy(worker.rows(), worker.totalAt(), rows, at, (long) width * Float.BYTES);
      finish(row, row + 1, rows, at, 0);
    } finally {
      sharingParts = false;
      workers.giveBack(worker);
    }
  }

  private void sumParts(HopWorker worker, long chunk) {
    long offset = chunk * HopWorker.PARTS;
    long edge = partsFrom + offset * HopOperand.SEGMENT_EDGES;
    int count = segments(edge, partsEnd);
    MemorySegment pointers = worker.segments(edge, count, partsEnd);
    panels(pointers, 0, count, parts, offset * partStride, partStride);
  }

  /// Divides means, and copies.
  private void finish(int from, int to, MemorySegment rows, long at, long stride) {
    if (aggregation == Aggregation.MEAN) {
      for (int row = from; row < to; row++) {
        long count = edges.pointer(row + 1L) - edges.pointer(row);
        if (count > 0) {
          HopRows.divide(rows, at + (row - from) * stride, width, (float) count);
        }
      }
    }
    FloatMatrix copied = copy;
    int[] places = copyRows;
    if (copied != null) {
      for (int row = from; row < to; row++) {
        int place = places == null ? row : places[row];
        MemorySegment.copy(
            rows,
            at + (row - from) * stride,
            copied.segment(),
            copied.rowOffsetBytes(place) + column,
            (long) copyWidth * Float.BYTES);
      }
    }
  }
}
