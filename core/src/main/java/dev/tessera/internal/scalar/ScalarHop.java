package dev.tessera.internal.scalar;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// The specification of hop aggregation: every row's neighbours in CSR order, by the definition of
/// [HopOperand.Aggregation]. A hop reads the one before it where that was written; hops that are
/// not wanted go to two buffers in turn.
final class ScalarHop implements HopKernel {
  /// Rows a thread takes at a time: few, so that an interrupt is seen soon.
  private static final int CHUNK_ROWS = 32;

  /// One fused multiply-add of plain Java.
  private static final double NANOS_PER_TERM = 1.0;

  private final HopOperand operand;
  private final WorkerPool pool;
  private volatile boolean closed;

  ScalarHop(HopOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  @Override
  public void aggregate(FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order) {
    FloatMatrix[] buffers = new FloatMatrix[2];
    try (Arena arena = Arena.ofShared()) {
      FloatMatrix source = features;
      for (int hop = 0; hop < hops.length; hop++) {
        FloatMatrix target = hops[hop];
        if (target == null) {
          if (buffers[hop % 2] == null) {
            buffers[hop % 2] = FloatMatrix.allocate(arena, operand.nodes(), features.columns());
          }
          target = buffers[hop % 2];
        }
        aggregateOnce(source, null, target);
        source = target;
      }
    }
  }

  @Override
  public void aggregate(FloatMatrix features, EdgeMessages messages, FloatMatrix aggregated) {
    aggregateOnce(features, messages, aggregated);
  }

  private void aggregateOnce(
      FloatMatrix source, @Nullable EdgeMessages messages, FloatMatrix target) {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    pool.run(
        chunks -> {
          ScalarHopRow sums = new ScalarHopRow(operand, source, messages);
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            long end = Math.min(operand.nodes(), (chunk + 1) * CHUNK_ROWS);
            for (long row = chunk * CHUNK_ROWS; row < end; row++) {
              sums.aggregate(row, target);
            }
          }
        },
        Math.ceilDiv(operand.nodes(), CHUNK_ROWS));
  }

  @Override
  public int @Nullable [] planOrder() {
    return null;
  }

  @Override
  public double estimatedNanos(int columns, int hops) {
    double terms = ((double) operand.edges() + operand.nodes()) * columns * hops;
    int busy = Math.min(pool.threads(), Math.ceilDiv(operand.nodes(), CHUNK_ROWS) + 1);
    return terms * NANOS_PER_TERM / busy;
  }

  @Override
  public void prepare() {}

  @Override
  public Preparation preparation() {
    return Preparation.NONE;
  }

  @Override
  public String describe() {
    return "each row in CSR order";
  }

  @Override
  public void close() {
    closed = true;
  }
}
