package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One call: hop after hop, each gathering what the one before wrote. Rows that the caller does not
/// want, or wants where gathering them is slow, go to two buffers in turn. Columns do not mix: so
/// that the buffers stay small beside what the caller gave, all hops are taken for a slab of
/// columns, then for the next. Used again for every call; keeps its buffers.
final class HopCall implements AutoCloseable {
  /// Buffers may take this share of the features' and the wanted hops' memory.
  private static final int BUFFER_SHARE = 10;

  /// The fewest columns of a slab: with fewer, more time goes into edges than into rows.
  private static final int LEAST_SLAB_COLUMNS = 32;

  private final WorkerPool pool;
  private final HopGather gather;
  private final HopStep step;
  private final HopBlockStep blockStep;
  private final RowPacking packing = new RowPacking();
  private final HalfPacking halfPacking;
  private final HopBuffer[] buffers = {new HopBuffer(), new HopBuffer()};

  HopCall(WorkerPool pool, HopEdges edges, HopWorkers workers, HopPaces paces) {
    this.pool = pool;
    gather = new HopGather(edges);
    step = new HopStep(gather, workers, paces);
    halfPacking = new HalfPacking(workers);
    blockStep = new HopBlockStep(paces);
  }

  /// Runs all hops, as [dev.tessera.kernel.HopKernel#aggregate] says.
  ///
  /// @param inPlansOrder whether rows are written in the plan's order
  /// @param storage how rows may be held while they are gathered
  void aggregate(
      HopPlan plan,
      Aggregation aggregation,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      boolean inPlansOrder,
      Storage storage) {
    int dim = features.columns();
    HopBlocks blocks = plan.blocks();
    if (blocks != null && dim >= Lanes.COUNT) {
      aggregate(blocks, aggregation, features, hops);
      return;
    }
    int[] places = inPlansOrder ? null : plan.order();
    gather.edges(plan.edges(), aggregation, null);
    if (storage == Storage.BFLOAT16 && aggregation != Aggregation.MAX && dim >= Lanes.COUNT) {
      halves(plan, features, hops, places);
    } else {
      int width = slabColumns(plan, features, hops, places);
      for (int begin = 0; begin < dim; begin += width) {
        // The last slab begins early enough to fill a vector: some columns are written twice.
        int first = Math.max(0, Math.min(begin, dim - Lanes.COUNT));
        slab(plan, features, hops, places, first, Math.min(width, dim - first));
      }
    }
    step.forget();
  }

  /// Takes all hops, gathering rows of bfloat16: two buffers of half the features' size.
  private void halves(
      HopPlan plan, FloatMatrix features, @Nullable FloatMatrix[] hops, int @Nullable [] places) {
    int dim = features.columns();
    int padded = Math.ceilDiv(dim, HalfRows.BLOCK_COLUMNS) * HalfRows.BLOCK_COLUMNS;
    long stride = (long) padded * Short.BYTES;
    long bytes = plan.edges().nodes() * stride;
    MemorySegment source = buffers[0].atLeast(bytes);
    halfPacking.run(pool, features, plan.order(), 0, dim, source);
    gather.columns(0, padded);
    for (int hop = 0; hop < hops.length; hop++) {
      MemorySegment target = hop == hops.length - 1 ? null : buffers[(hop + 1) % 2].atLeast(bytes);
      gather.halves(source, stride);
      step.target(target, 0, stride);
      step.copy(hops[hop], dim, places);
      step.run(pool);
      if (target != null) {
        source = target;
      }
    }
  }

  /// How many columns are taken at a time.
  private static int slabColumns(
      HopPlan plan, FloatMatrix features, @Nullable FloatMatrix[] hops, int @Nullable [] places) {
    int dim = features.columns();
    int used = packs(plan, features, hops.length) ? 1 : 0;
    int wanted = 0;
    for (int hop = 0; hop < hops.length; hop++) {
      wanted += hops[hop] == null ? 0 : 1;
      used += hop < hops.length - 1 && !isGathered(hops[hop], places) ? 1 : 0;
    }
    if (used == 0) {
      return dim;
    }
    double copies = (1.0 + wanted) / BUFFER_SHARE + (plan.order() == null ? 0 : 1);
    int most = (int) Math.min(dim, dim * copies / Math.min(2, used));
    most = Math.max(LEAST_SLAB_COLUMNS, most / HopMemory.LINE_FLOATS * HopMemory.LINE_FLOATS);
    return padded(Math.ceilDiv(dim, Math.ceilDiv(dim, most)));
  }

  /// The next multiple of a cache line's floats; rows shorter than a vector stay as they are.
  private static int padded(int columns) {
    return columns < Lanes.COUNT
        ? columns
        : Math.ceilDiv(columns, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
  }

  /// Whether features are copied before the first hop: to the plan's order, out of the heap, or to
  /// cache lines.
  private static boolean packs(HopPlan plan, FloatMatrix features, int hops) {
    return plan.order() != null
        || !features.segment().isNative()
        || (hops > 1 && !isGathered(features, null));
  }

  private void slab(
      HopPlan plan,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      int @Nullable [] places,
      int begin,
      int columns) {
    long column = (long) begin * Float.BYTES;
    int padded = padded(columns);
    long stride = (long) padded * Float.BYTES;
    long bytes = plan.edges().nodes() * stride;
    int next = 0;
    boolean padding = false;
    if (packs(plan, features, hops.length)) {
      MemorySegment packed = buffers[0].atLeast(bytes);
      packing.run(pool, features, plan.order(), column, columns, packed, stride);
      gather.source(packed, 0, stride);
      next = 1;
      padding = true;
    } else {
      gather.source(features.segment(), column, features.rowStride() * Float.BYTES);
    }
    for (int hop = 0; hop < hops.length; hop++) {
      FloatMatrix wanted = hops[hop];
      boolean last = hop == hops.length - 1;
      boolean straight = last ? isWritten(wanted, places) : isGathered(wanted, places);
      if (wanted != null && straight) {
        long wantedStride = wanted.rowStride() * Float.BYTES;
        gather.columns(column, columns);
        step.target(wanted.segment(), column, wantedStride);
        step.copy(null, 0, null);
        step.run(pool);
        gather.source(wanted.segment(), column, wantedStride);
        padding = false;
      } else {
        MemorySegment buffer = last ? null : buffers[next].atLeast(bytes);
        gather.columns(column, padding && buffer != null ? padded : columns);
        step.target(buffer, 0, stride);
        step.copy(wanted, columns, places);
        step.run(pool);
        if (buffer != null) {
          gather.source(buffer, 0, stride);
          padding = true;
          next = 1 - next;
        }
      }
    }
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
    int width = padded(Math.ceilDiv(dim, slabs));
    long bytes = blocks.edges().nodes() * (long) width * Float.BYTES;
    for (int begin = 0; begin < dim; begin += width) {
      int columns = Math.min(width, dim - begin);
      int padded = Math.ceilDiv(columns, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
      long column = (long) begin * Float.BYTES;
      MemorySegment source = buffers[0].atLeast(bytes);
      packing.run(pool, features, null, column, columns, source, (long) padded * Float.BYTES);
      for (int hop = 0; hop < hops.length; hop++) {
        MemorySegment target =
            hop == hops.length - 1 ? null : buffers[(hop + 1) % 2].atLeast(bytes);
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
    gather.edges(edges, aggregation, HopMessages.of(messages));
    gather.source(features.segment(), 0, features.rowStride() * Float.BYTES);
    gather.columns(0, features.columns());
    if (isWritten(aggregated, null)) {
      step.target(aggregated.segment(), 0, aggregated.rowStride() * Float.BYTES);
      step.copy(null, 0, null);
    } else {
      step.target(null, 0, 0);
      step.copy(aggregated, features.columns(), null);
    }
    step.run(pool);
    step.forget();
  }

  /// Whether tiles write straight to this matrix.
  private static boolean isWritten(@Nullable FloatMatrix matrix, int @Nullable [] places) {
    return matrix != null && places == null && matrix.segment().isNative();
  }

  /// Whether rows of this matrix can be gathered without loss: in the right order, in whole cache
  /// lines, one row behind the other.
  private static boolean isGathered(@Nullable FloatMatrix matrix, int @Nullable [] places) {
    if (matrix == null || !isWritten(matrix, places)) {
      return false;
    }
    if (matrix.columns() < Lanes.COUNT) {
      return matrix.isPacked();
    }
    return matrix.segment().address() % HopMemory.LINE_BYTES == 0
        && matrix.rowStride() % HopMemory.LINE_FLOATS == 0
        && matrix.rowStride() - matrix.columns() < HopMemory.LINE_FLOATS;
  }

  /// Memory held for the next call, in bytes.
  long bytes() {
    return buffers[0].bytes() + buffers[1].bytes() + blockStep.bytes();
  }

  @Override
  public void close() {
    buffers[0].close();
    buffers[1].close();
  }
}
