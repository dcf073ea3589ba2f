package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One call: hop after hop, each gathering what the one before wrote. Rows that the caller does not
/// want, or wants where gathering them is slow, go to two buffers in turn. Used again for every
/// call; keeps its buffers.
final class HopCall implements AutoCloseable {
  private final WorkerPool pool;
  private final HopStep step;
  private final HopBlockStep blockStep;
  private final RowPacking packing = new RowPacking();
  private final Arena[] arenas = new Arena[2];
  private final MemorySegment[] buffers = {MemorySegment.NULL, MemorySegment.NULL};

  HopCall(WorkerPool pool, HopEdges edges, HopWorkers workers, HopPaces paces) {
    this.pool = pool;
    step = new HopStep(edges, workers, paces);
    blockStep = new HopBlockStep(paces);
  }

  /// Runs all hops, as [dev.tessera.kernel.HopKernel#aggregate] says.
  ///
  /// @param inPlansOrder whether rows are written in the plan's order
  void aggregate(
      HopPlan plan,
      Aggregation aggregation,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      boolean inPlansOrder) {
    HopBlocks blocks = plan.blocks();
    if (blocks != null && features.columns() >= Lanes.COUNT) {
      aggregate(blocks, aggregation, features, hops);
      return;
    }
    int dim = features.columns();
    boolean narrow = dim < Lanes.COUNT;
    int padded = narrow ? dim : Math.ceilDiv(dim, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
    long bufferStride = (long) padded * Float.BYTES;
    long bufferBytes = Math.max(1, plan.edges().nodes() * bufferStride);
    int[] order = plan.order();
    int[] places = inPlansOrder ? null : order;
    step.edges(plan.edges(), aggregation, null);
    int next = 0;
    boolean padding = false;
    if (order != null || !isGathered(features)) {
      MemorySegment packed = buffer(0, bufferBytes);
      packing.run(pool, features, order, 0, dim, packed, bufferStride);
      step.source(packed, 0, bufferStride);
      next = 1;
      padding = true;
    } else {
      step.source(features.segment(), 0, features.rowStride() * Float.BYTES);
    }
    for (int hop = 0; hop < hops.length; hop++) {
      FloatMatrix wanted = hops[hop];
      boolean last = hop == hops.length - 1;
      boolean straight =
          wanted != null
              && places == null
              && wanted.segment().isNative()
              && (last || isGathered(wanted));
      if (straight) {
        long stride = wanted.rowStride() * Float.BYTES;
        step.columns(0, dim);
        step.target(wanted.segment(), 0, stride);
        step.copy(null, 0, null);
        step.run(pool);
        step.source(wanted.segment(), 0, stride);
        padding = false;
      } else {
        MemorySegment buffer = last ? null : buffer(next, bufferBytes);
        step.columns(0, padding && buffer != null ? padded : dim);
        step.target(buffer, 0, bufferStride);
        step.copy(wanted, dim, places);
        step.run(pool);
        if (buffer != null) {
          step.source(buffer, 0, bufferStride);
          padding = true;
          next = 1 - next;
        }
      }
    }
    step.forget();
  }

  /// Runs all hops block by block, slab after slab of columns: a slab's rows lie together, and it
  /// needs nothing of the others.
  private void aggregate(
      HopBlocks blocks,
      Aggregation aggregation,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops) {
    int dim = features.columns();
    int slabs = Math.ceilDiv(dim, HopBlockStep.SLAB_COLUMNS);
    int width =
        Math.ceilDiv(Math.ceilDiv(dim, slabs), HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
    long bytes = blocks.edges().nodes() * (long) width * Float.BYTES;
    for (int begin = 0; begin < dim; begin += width) {
      int columns = Math.min(width, dim - begin);
      int padded = Math.ceilDiv(columns, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
      long column = (long) begin * Float.BYTES;
      MemorySegment source = buffer(0, bytes);
      packing.run(pool, features, null, column, columns, source, (long) padded * Float.BYTES);
      for (int hop = 0; hop < hops.length; hop++) {
        MemorySegment target = hop == hops.length - 1 ? null : buffer((hop + 1) % 2, bytes);
        blockStep.run(
            pool, blocks, aggregation, padded, source, target, hops[hop], column, columns);
        if (target != null) {
          source = target;
        }
      }
    }
  }

  /// Runs one hop with messages.
  void aggregate(
      HopEdges edges,
      Aggregation aggregation,
      FloatMatrix features,
      EdgeMessages messages,
      FloatMatrix aggregated) {
    step.edges(edges, aggregation, HopMessages.of(messages));
    step.source(features.segment(), 0, features.rowStride() * Float.BYTES);
    step.columns(0, features.columns());
    if (aggregated.segment().isNative()) {
      step.target(aggregated.segment(), 0, aggregated.rowStride() * Float.BYTES);
      step.copy(null, 0, null);
    } else {
      step.target(null, 0, 0);
      step.copy(aggregated, features.columns(), null);
    }
    step.run(pool);
    step.forget();
  }

  /// Whether rows of this matrix can be gathered without loss: whole cache lines, one row behind
  /// the other.
  private static boolean isGathered(FloatMatrix matrix) {
    MemorySegment segment = matrix.segment();
    if (matrix.columns() < Lanes.COUNT) {
      return matrix.isPacked() && segment.isNative();
    }
    return segment.isNative()
        && segment.address() % HopMemory.LINE_BYTES == 0
        && matrix.rowStride() % HopMemory.LINE_FLOATS == 0
        && matrix.rowStride() - matrix.columns() < HopMemory.LINE_FLOATS;
  }

  private MemorySegment buffer(int i, long bytes) {
    if (buffers[i].byteSize() < bytes) {
      if (arenas[i] != null) {
        arenas[i].close();
      }
      arenas[i] = Arena.ofShared();
      buffers[i] = HopMemory.allocate(arenas[i], bytes);
    }
    return buffers[i];
  }

  /// Memory held for the next call, in bytes.
  long bytes() {
    return buffers[0].byteSize() + buffers[1].byteSize();
  }

  @Override
  public void close() {
    for (int i = 0; i < arenas.length; i++) {
      if (arenas[i] != null) {
        arenas[i].close();
        arenas[i] = null;
        buffers[i] = MemorySegment.NULL;
      }
    }
  }
}
