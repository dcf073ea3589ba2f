package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A search with the scratch memory of its workers, and calls that share it out over threads. Both
/// are used again, so that a call allocates nothing.
final class PreparedSearch {
  private static final FloatMatrix NO_POINTS = FloatMatrix.of(new float[0], 0, 0);
  private static final TokenIds NO_IDS = TokenIds.of(new int[0]);

  private final Search search;
  private final Search definition;
  private final VectorPace pace;
  private final long nanos;
  private final ArrayDeque<Worker> idleWorkers = new ArrayDeque<>();
  private final ArrayDeque<Call> idleCalls = new ArrayDeque<>();

  /// @param search how to search once vector code is compiled
  /// @param definition how to search before
  /// @param nanos what making `search` took
  PreparedSearch(Search search, Search definition, VectorPace pace, long nanos) {
    this.search = search;
    this.definition = definition;
    this.pace = pace;
    this.nanos = nanos;
  }

  Search search() {
    return search;
  }

  long preparedNanos() {
    return nanos + search.preparedNanos();
  }

  /// One worker's scratch memory.
  private record Worker(Search.Scratch vectors, Search.Scratch definition) {}

  /// One call, shared by several threads.
  private final class Call implements WorkerPool.Task {
    private FloatMatrix points = NO_POINTS;
    private NearestOptions options = NearestOptions.SINGLE;
    private TokenIds ids = NO_IDS;
    private @Nullable DoubleMatrix distances;
    private int chunkRows;

    @Override
    public void work(WorkerPool.Chunks chunks) {
      Worker worker = borrow();
      try {
        for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
          long from = chunk * chunkRows;
          long to = Math.min(points.rows(), from + chunkRows);
          takeTurns(worker, from, to);
        }
      } finally {
        giveBack(worker);
      }
    }

    /// Searches by vector code; by the definition, too, in turns, as long as that is faster.
    private void takeTurns(Worker worker, long from, long to) {
      long row = from;
      while (!pace.isFast() && row < to) {
        long middle = Math.min(to, row + VectorPace.TRIAL_ROWS);
        long end = Math.min(to, row + VectorPace.TURN_ROWS);
        long start = System.nanoTime();
        search.search(worker.vectors, points, row, middle, options, ids, distances);
        long between = System.nanoTime();
        if (middle < end) {
          definition.search(worker.definition, points, middle, end, options, ids, distances);
          long done = System.nanoTime();
          pace.compare(
              (double) (between - start) / (middle - row),
              (double) (done - between) / (end - middle));
        }
        row = end;
      }
      if (row < to) {
        search.search(worker.vectors, points, row, to, options, ids, distances);
      }
    }
  }

  /// Searches for all rows.
  void nearest(
      WorkerPool pool,
      FloatMatrix points,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    Call call = begin();
    call.points = points;
    call.options = options;
    call.ids = ids;
    call.distances = distances;
    call.chunkRows = chunkRows(points.rows(), pool.threads());
    try {
      pool.run(call, Math.ceilDiv(points.rows(), call.chunkRows));
    } finally {
      end(call);
    }
  }

  /// A chunk's rows: fewer than the search would like where threads would stand idle.
  private int chunkRows(long rows, int threads) {
    long fairShare = Math.ceilDiv(rows, (long) threads);
    long tiles = Math.ceilDiv(fairShare, VectorPace.TRIAL_ROWS) * VectorPace.TRIAL_ROWS;
    return Math.clamp(tiles, 1, search.chunkRows());
  }

  private Call begin() {
    synchronized (idleCalls) {
      return idleCalls.isEmpty() ? new Call() : idleCalls.pop();
    }
  }

  private void end(Call call) {
    call.points = NO_POINTS;
    call.options = NearestOptions.SINGLE;
    call.ids = NO_IDS;
    call.distances = null;
    synchronized (idleCalls) {
      idleCalls.push(call);
    }
  }

  private Worker borrow() {
    synchronized (idleWorkers) {
      if (!idleWorkers.isEmpty()) {
        return idleWorkers.pop();
      }
    }
    return new Worker(search.newScratch(), definition.newScratch());
  }

  private void giveBack(Worker worker) {
    synchronized (idleWorkers) {
      idleWorkers.push(worker);
    }
  }
}
