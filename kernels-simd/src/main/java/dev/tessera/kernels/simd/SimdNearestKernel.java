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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Chooses a search for each call and shares the rows out over the pool's threads.
final class SimdNearestKernel implements NearestKernel {
  /// One step of a float64 chain in a vector lane; measured at 512 bits.
  private static final double NANOS_PER_TERM = 0.06;

  private final NearestOperand operand;
  private final WorkerPool pool;
  private @Nullable Prepared scan;
  private @Nullable Prepared tree;
  private @Nullable Prepared last;
  private Preparation preparation = Preparation.NONE;
  private boolean closed;

  SimdNearestKernel(NearestOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  /// A search with the scratch memory of workers that are not at work.
  private static final class Prepared {
    final Search search;
    private final ArrayDeque<Search.Scratch> idle = new ArrayDeque<>();

    Prepared(Search search) {
      this.search = search;
    }

    Search.Scratch borrow() {
      synchronized (idle) {
        if (!idle.isEmpty()) {
          return idle.pop();
        }
      }
      return search.newScratch();
    }

    void giveBack(Search.Scratch scratch) {
      synchronized (idle) {
        idle.push(scratch);
      }
    }
  }

  @Override
  public void nearest(
      FloatMatrix points, NearestOptions options, TokenIds ids, @Nullable DoubleMatrix distances) {
    Prepared chosen = choose(options);
    int chunkRows = chosen.search.chunkRows();
    pool.run(
        chunks -> {
          Search.Scratch scratch = chosen.borrow();
          try {
            for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
              long from = chunk * chunkRows;
              long to = Math.min(points.rows(), from + chunkRows);
              chosen.search.search(scratch, points, from, to, options, ids, distances);
            }
          } finally {
            chosen.giveBack(scratch);
          }
        },
        Math.ceilDiv(points.rows(), chunkRows));
  }

  private synchronized Prepared choose(NearestOptions options) {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    Prepared chosen;
    if (TreeSearch.serves(operand, options)) {
      chosen = tree != null ? tree : prepare(() -> new TreeSearch(operand.codewords()));
      tree = chosen;
    } else {
      chosen = scan != null ? scan : prepare(() -> new ExactScan(operand));
      scan = chosen;
    }
    last = chosen;
    return chosen;
  }

  private Prepared prepare(Supplier<Search> search) {
    long start = System.nanoTime();
    Prepared prepared = new Prepared(search.get());
    preparation =
        new Preparation(
            preparation.nanos() + System.nanoTime() - start,
            preparation.bytes() + prepared.search.preparedBytes());
    return prepared;
  }

  @Override
  public double estimatedNanos(long rows, NearestOptions options) {
    return (double) rows * operand.codes() * operand.dim() * NANOS_PER_TERM / pool.threads();
  }

  @Override
  public void prepare() {
    choose(NearestOptions.SINGLE);
  }

  @Override
  public synchronized Preparation preparation() {
    return preparation;
  }

  @Override
  public synchronized String describe() {
    return last == null ? "not used yet" : last.search.describe();
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (scan != null) {
      scan.search.close();
    }
    if (tree != null) {
      tree.search.close();
    }
  }
}
