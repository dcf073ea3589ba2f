package dev.tessera.kernels.simd;

import dev.tessera.internal.linear.SumLevels;
import dev.tessera.kernel.LinearKernel;
import dev.tessera.kernel.LinearOperand;
import dev.tessera.kernel.Offer;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A linear layer by the register tiles of the nearest-codeword search, weights packed on the first
/// call, rows and panels of weights shared out over threads.
final class SimdLinear implements LinearKernel {
  /// A step of a tile, for one row and output; measured at 512 bits on one core of an AMD EPYC of
  /// family 26.
  private static final double NANOS_PER_TERM = 0.01;

  /// What a weight takes on its way from memory, where there are few rows for it.
  private static final double NANOS_PER_WEIGHT = 0.25;

  /// Starting threads, and packing few rows.
  private static final double CALL_NANOS = 2000;

  private final LinearOperand operand;
  private final WorkerPool pool;
  private final VectorPace pace;
  private final ArrayDeque<LinearCall> idle = new ArrayDeque<>();
  private @Nullable LinearPanels panels;
  private int calls;
  private boolean closed;

  SimdLinear(LinearOperand operand, WorkerPool pool, VectorPace pace) {
    this.operand = operand;
    this.pool = pool;
    this.pace = pace;
  }

  /// A kernel, where its sums hold the bound.
  static Offer<LinearKernel> offer(LinearOperand operand, WorkerPool pool, VectorPace pace) {
    String refusal = new SumLevels(operand.inputs()).refusal();
    return refusal == null
        ? new Offer.Accepted<>(new SimdLinear(operand, pool, pace))
        : new Offer.Declined<>(refusal);
  }

  @Override
  public void linear(FloatMatrix x, FloatMatrix y) {
    LinearCall call = begin();
    try {
      call.run(x, y);
    } finally {
      end(call);
    }
  }

  private synchronized LinearCall begin() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    LinearPanels packed = panels;
    if (packed == null) {
      packed = new LinearPanels(operand, pool);
      panels = packed;
    }
    calls++;
    return idle.isEmpty() ? new LinearCall(pool, operand, packed, pace) : idle.pop();
  }

  /// Keeps the call for the next one; the memory of one at most.
  private synchronized void end(LinearCall call) {
    calls--;
    if (idle.isEmpty()) {
      idle.push(call);
    }
    free();
  }

  private void free() {
    if (closed && calls == 0 && panels != null) {
      idle.clear();
      panels.close();
      panels = null;
    }
  }

  @Override
  public double estimatedNanos(long rows) {
    double tileRows = (double) Math.ceilDiv(rows, ProductTile2x2.ROWS) * ProductTile2x2.ROWS;
    double weights = (double) operand.outputs() * operand.inputs();
    double nanos = weights * Math.max(NANOS_PER_WEIGHT, NANOS_PER_TERM * tileRows);
    return CALL_NANOS + nanos / pool.threads();
  }

  @Override
  public void prepare() {
    LinearCall call = begin();
    end(call);
  }

  @Override
  public synchronized Preparation preparation() {
    return panels == null
        ? Preparation.NONE
        : new Preparation(
            panels.nanos(), panels.bytes() + idle.stream().mapToLong(LinearCall::bytes).sum());
  }

  @Override
  public synchronized String describe() {
    return panels == null
        ? "not used yet"
        : "%d panels of %d outputs, %d inputs in %d blocks"
            .formatted(
                panels.panels(), LinearPanels.COLUMNS, operand.inputs(), panels.levels().blocks());
  }

  @Override
  public synchronized void close() {
    closed = true;
    free();
  }
}
