package dev.tessera.kernels.simd;

import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayDeque;

/// One call at a time of a linear layer, shared by several threads, with its memory; used again, so
/// that a call allocates nothing.
final class LinearCall implements WorkerPool.Task {
  private static final FloatMatrix NOTHING = FloatMatrix.of(new float[0], 0, 0);

  /// Elements of x that are packed at a time: 16 MB.
  private static final int SLAB_ELEMENTS = 1 << 22;

  /// Chunks a thread, so that none waits long for the last one.
  private static final int CHUNKS_PER_THREAD = 4;

  private final WorkerPool pool;
  private final LinearOperand operand;
  private final LinearPanels weights;
  private final VectorPace pace;
  private final LinearRows rows;
  private final ArrayDeque<LinearBlock> idleBlocks = new ArrayDeque<>();
  private FloatMatrix y = NOTHING;
  private long yFrom;
  private int chunkRows;
  private int chunkPanels;

  LinearCall(WorkerPool pool, LinearOperand operand, LinearPanels weights, VectorPace pace) {
    this.pool = pool;
    this.operand = operand;
    this.weights = weights;
    this.pace = pace;
    rows = new LinearRows(operand.inputs());
  }

  /// Computes `y` from `x`.
  void run(FloatMatrix x, FloatMatrix target) {
    int slab = Math.max(1, SLAB_ELEMENTS / operand.inputs() / LinearBlock.MOST_ROWS);
    long slabRows = (long) slab * LinearBlock.MOST_ROWS;
    y = target;
    try {
      for (long from = 0; from < x.rows(); from += slabRows) {
        long to = Math.min(x.rows(), from + slabRows);
        rows.load(pool, from == 0 && to == x.rows() ? x : x.slice(from, to));
        yFrom = from;
        cut(rows.count());
        pool.run(this, (long) rowChunks() * panelChunks());
      }
    } finally {
      y = NOTHING;
      rows.release();
    }
  }

  /// Cuts the work into chunks: smaller ones where threads would stand idle.
  private void cut(int count) {
    chunkRows = Math.min(count, LinearBlock.MOST_ROWS);
    long wanted = pool.threads() == 1 ? 1 : (long) CHUNKS_PER_THREAD * pool.threads();
    long panels = (long) weights.panels() * rowChunks() / wanted;
    chunkPanels = Math.clamp(panels, 1, LinearBlock.MOST_PANELS);
  }

  private int rowChunks() {
    return Math.ceilDiv(rows.count(), chunkRows);
  }

  private int panelChunks() {
    return Math.ceilDiv(weights.panels(), chunkPanels);
  }

  /// Chunks of the same panels follow each other: their weights are then in a cache.
  @Override
  public void work(WorkerPool.Chunks chunks) {
    LinearBlock block = borrow();
    try {
      for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
        int from = (int) (chunk % rowChunks()) * chunkRows;
        int to = Math.min(rows.count(), from + chunkRows);
        int panel = (int) (chunk / rowChunks()) * chunkPanels;
        int end = Math.min(weights.panels(), panel + chunkPanels);
        if (pace.isFast()) {
          multiply(block, from, to, panel, end);
        } else {
          takeTurns(block, from, to, panel, end);
        }
      }
    } finally {
      giveBack(block);
    }
  }

  private void multiply(LinearBlock block, int from, int to, int panel, int end) {
    block.multiply(weights, operand.activation(), rows, from, to, panel, end, y, yFrom + from);
  }

  /// A tile's worth of results by vector code, the next ones by plain loops for as long as that
  /// took, in turns, until the vector code is faster: a cold call costs twice what plain loops
  /// cost.
  private void takeTurns(LinearBlock block, int from, int to, int panel, int end) {
    for (int p = panel; p < end; p++) {
      int width;
      for (int row = from; row < to; row += width) {
        width = rows.width(row);
        boolean vectors = pace.isFast() || block.isVectorsTurn();
        long start = System.nanoTime();
        if (vectors) {
          multiply(block, row, Math.min(to, row + width), p, p + 1);
        } else {
          LinearDefinition.multiply(operand, rows, row, p, y, yFrom + row);
        }
        block.took(vectors, System.nanoTime() - start, pace);
      }
    }
  }

  private LinearBlock borrow() {
    synchronized (idleBlocks) {
      if (!idleBlocks.isEmpty()) {
        return idleBlocks.pop();
      }
    }
    return new LinearBlock();
  }

  private void giveBack(LinearBlock block) {
    synchronized (idleBlocks) {
      idleBlocks.push(block);
    }
  }

  /// Bytes that packed rows hold.
  long bytes() {
    return rows.bytes();
  }
}
