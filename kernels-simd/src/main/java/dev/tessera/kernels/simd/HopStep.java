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
  private final HopGather gather;

  // Where it goes; set before each run.
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

  HopStep(HopGather gather, HopWorkers workers, HopPaces paces) {
    this.gather = gather;
    this.workers = workers;
    this.paces = paces;
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
    gather.forget();
    target = null;
    copy = null;
    copyRows = null;
  }

  /// Runs the hop.
  void run(WorkerPool pool) {
    long cost = gather.edges().cost();
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
      worker.widen(padded());
      for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
        if (sharingParts) {
          sumParts(worker, chunk);
        } else {
          sumRows(
              worker,
              gather.edges().rowAt(chunk * chunkCost),
              gather.edges().rowAt((chunk + 1) * chunkCost));
        }
      }
    } finally {
      workers.giveBack(worker);
    }
  }

  private void sumRows(HopWorker worker, int from, int to) {
    MemorySegment next = target;
    boolean done = copy == null && gather.aggregation() != Aggregation.MEAN;
    if (next != null && done && !gather.isNarrow() && gather.pace(paces).isFast()) {
      straight(worker, from, to, next);
    } else {
      for (int row = from; row < to; row += HopWorker.BLOCK_ROWS) {
        block(worker, row, Math.min(to, row + HopWorker.BLOCK_ROWS));
      }
    }
  }

  /// Aggregates rows that nobody but the target wants, by vector code: what was gathered as
  /// bfloat16 is rounded run by run, not in rows of float32 that are written first.
  private void straight(HopWorker worker, int from, int to, MemorySegment next) {
    MemorySegment pointers = gather.edges().rowPointers();
    boolean rounded = gather.isHalves();
    long at = targetAt + from * targetStride;
    gather.panels(worker.batch(), pointers, from, to, next, at, targetStride, rounded);
    for (int row = from; row < to; row++) {
      if (isLong(row)) {
        long place = targetAt + row * targetStride;
        if (rounded) {
          longRow(worker, row, worker.rows(), 0);
          HalfRows.pack(worker.rows(), 0, next, place, gather.width());
        } else {
          longRow(worker, row, next, place);
        }
      }
    }
  }

  private void block(HopWorker worker, int from, int to) {
    MemorySegment rows = target;
    long at = targetAt + from * targetStride;
    long stride = targetStride;
    if (rows == null || gather.isHalves()) {
      rows = worker.rows();
      at = 0;
      stride = worker.strideBytes();
    }
    if (gather.isNarrow()) {
      gather.byDefinition(worker.definition(), from, to, rows, at, stride);
    } else {
      VectorPace pace = gather.pace(paces);
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
      gather.byDefinition(
          worker.definition(), middle, to, rows, at + (middle - from) * stride, stride);
      long done = System.nanoTime();
      long tried = gather.edges().pointer(middle) - gather.edges().pointer(from);
      long defined = gather.edges().pointer(to) - gather.edges().pointer(middle);
      if (tried > 0 && defined > 0) {
        pace.compare((double) (between - start) / tried, (double) (done - between) / defined);
      }
    }
  }

  private void byVectors(
      HopWorker worker, int from, int to, MemorySegment rows, long at, long stride) {
    MemorySegment pointers = gather.edges().rowPointers();
    gather.panels(worker.batch(), pointers, from, to, rows, at, stride, false);
    if (gather.edges().pointer(to) - gather.edges().pointer(from) > HopOperand.SEGMENT_EDGES) {
      for (int row = from; row < to; row++) {
        if (isLong(row)) {
          longRow(worker, row, rows, at + (row - from) * stride);
        }
      }
    }
  }

  /// Whether a row is to be summed segment by segment, now. One that is shared out is remembered.
  private boolean isLong(int row) {
    long count = gather.edges().pointer(row + 1L) - gather.edges().pointer(row);
    if (count > HUGE_ROW_EDGES && split) {
      remember(row);
      return false;
    }
    return count > HopOperand.SEGMENT_EDGES;
  }

  /// Sums the segments of a row and adds them in order.
  private void longRow(HopWorker worker, int row, MemorySegment rows, long at) {
    long end = gather.edges().pointer(row + 1L);
    boolean first = true;
    for (long edge = gather.edges().pointer(row);
        edge < end;
        edge += (long) HopWorker.PARTS * HopOperand.SEGMENT_EDGES) {
      int count = segments(edge, end);
      MemorySegment pointers = worker.segments(edge, count, end);
      gather.panels(
          worker.batch(),
          pointers,
          0,
          count,
          worker.rows(),
          worker.partsAt(),
          worker.strideBytes(),
          false);
      join(worker, worker.rows(), worker.partsAt(), worker.strideBytes(), count, first);
      first = false;
    }
    MemorySegment.copy(
        worker.rows(), worker.totalAt(), rows, at, (long) gather.width() * Float.BYTES);
  }

  /// How many segments begin at `edge`, at most [HopWorker#PARTS].
  private static int segments(long edge, long end) {
    return (int)
        Math.min(HopWorker.PARTS, Math.ceilDiv(end - edge, (long) HopOperand.SEGMENT_EDGES));
  }

  /// Joins parts to the worker's total, in order; whole cache lines, as all these rows hold.
  private void join(
      HopWorker worker, MemorySegment from, long partsAt, long stride, int count, boolean first) {
    int padded = Math.ceilDiv(gather.width(), Lanes.COUNT) * Lanes.COUNT;
    for (int i = 0; i < count; i++) {
      long part = partsAt + i * stride;
      if (first && i == 0) {
        MemorySegment.copy(
            from, part, worker.rows(), worker.totalAt(), (long) padded * Float.BYTES);
      } else if (gather.aggregation() == Aggregation.MAX) {
        HopRows.max(worker.rows(), worker.totalAt(), from, part, padded);
      } else {
        HopRows.add(worker.rows(), worker.totalAt(), from, part, padded);
      }
    }
  }

  /// The columns of a worker's rows: whole cache lines.
  private int padded() {
    return Math.ceilDiv(gather.width(), HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
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
      worker.widen(padded());
      partStride = (long) padded() * Float.BYTES;
      if (parts.byteSize() < ROUND_PARTS * partStride) {
        parts = Arena.ofAuto().allocate(ROUND_PARTS * partStride, Lanes.ALIGNMENT_BYTES);
      }
      sharingParts = true;
      long begin = gather.edges().pointer(row);
      partsEnd = gather.edges().pointer(row + 1L);
      long round = (long) ROUND_PARTS * HopOperand.SEGMENT_EDGES;
      for (partsFrom = begin; partsFrom < partsEnd; partsFrom += round) {
        long left = Math.min(round, partsEnd - partsFrom);
        int count = (int) Math.ceilDiv(left, (long) HopOperand.SEGMENT_EDGES);
        pool.run(this, Math.ceilDiv(count, HopWorker.PARTS));
        join(worker, parts, 0, partStride, count, partsFrom == begin);
      }
      MemorySegment rows = target;
      long at = targetAt + row * targetStride;
      if (rows == null || gather.isHalves()) {
        rows = worker.rows();
        at = 0;
      }
      MemorySegment.copy(
          worker.rows(), worker.totalAt(), rows, at, (long) gather.width() * Float.BYTES);
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
    long at = offset * partStride;
    gather.panels(worker.batch(), pointers, 0, count, parts, at, partStride, false);
  }

  /// Divides means, rounds what the next hop gathers as bfloat16, and copies.
  private void finish(int from, int to, MemorySegment rows, long at, long stride) {
    if (gather.aggregation() == Aggregation.MEAN) {
      for (int row = from; row < to; row++) {
        long count = gather.edges().pointer(row + 1L) - gather.edges().pointer(row);
        if (count > 0) {
          HopRows.divide(rows, at + (row - from) * stride, gather.width(), (float) count);
        }
      }
    }
    MemorySegment next = target;
    if (next != null && gather.isHalves()) {
      for (int row = from; row < to; row++) {
        long place = row * targetStride;
        HalfRows.pack(rows, at + (row - from) * stride, next, place, gather.width());
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
            copied.rowOffsetBytes(place) + gather.column(),
            (long) copyWidth * Float.BYTES);
      }
    }
  }
}
