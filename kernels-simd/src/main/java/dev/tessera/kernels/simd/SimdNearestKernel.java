package dev.tessera.kernels.simd;

import dev.tessera.kernel.NearestKernel;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Chooses a search for each call and shares the rows out over the pool's threads.
final class SimdNearestKernel implements NearestKernel {
  /// One step of a float64 chain in a vector lane; measured at 512 bits.
  private static final double NANOS_PER_TERM = 0.06;

  private final NearestOperand operand;
  private final WorkerPool pool;
  private final ArrayDeque<Search.Scratch> idle = new ArrayDeque<>();
  private @Nullable Search search;
  private Preparation preparation = Preparation.NONE;
  private boolean closed;

  SimdNearestKernel(NearestOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  @Override
  public void nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    Search chosen = prepared();
    int chunkRows = chosen.chunkRows();
    pool.run(
        chunks -> {
          Search.Scratch scratch = borrow(chosen);
          try {
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              long from = chunk * chunkRows;
              long to = Math.min(points.rows(), from + chunkRows);
              chosen.search(scratch, points, from, to, options, ids, distances);
            }
          } finally {
            giveBack(scratch);
          }
        },
        Math.ceilDiv(points.rows(), chunkRows));
  }

  private synchronized Search prepared() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    if (search == null) {
      long start = System.nanoTime();
      search = new ExactScan(operand);
      preparation = new Preparation(System.nanoTime() - start, search.preparedBytes());
    }
    return search;
  }

  private Search.Scratch borrow(Search chosen) {
    synchronized (idle) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
    }
    return chosen.newScratch();
  }

  private void giveBack(Search.Scratch scratch) {
    synchronized (idle) {
      idle.push(scratch);
    }
  }

  @Override
  public double estimatedNanos(long rows, NearestOptions options) {
    return (double) rows * operand.codes() * operand.dim() * NANOS_PER_TERM / pool.threads();
  }

  @Override
  public void prepare() {
    prepared();
  }

  @Override
  public synchronized Preparation preparation() {
    return preparation;
  }

  @Override
  public synchronized String describe() {
    return search == null ? "not used yet" : search.describe();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (search != null) {
      search.close();
      search = null;
    }
  }
}
