package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand.Aggregation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One call: hop after hop, each gathering what the one before wrote: straight from the caller's
/// memory where rows lie there in the order of the plan, else from a buffer, in turns with the last
/// hop's memory, which holds nothing yet. Columns do not mix: where two buffers are needed, and
/// would be large beside what the caller gave, all hops are taken for a slab of columns, then for
/// the next. Used again for every call; keeps its buffers.
final class HopCall implements AutoCloseable {
  /// Buffers may take this share of the graph's, the features' and the wanted hops' memory, and one
  /// hop more where a plan or unwanted hops need it.
  private static final double BUFFER_SHARE = 0.1;

  /// The fewest columns of a slab: with fewer, more time goes into edges than into rows.
  private static final int LEAST_SLAB_COLUMNS = 32;

  private final WorkerPool pool;
  private final HopGather gather;
  private final HopStep step;
  private final HopBlockStep blockStep;
  private final RowPacking packing = new RowPacking();
  private final HalfPacking halfPacking;
  private final HopRoute route = new HopRoute();
  private final HopBuffer[] buffers = {new HopBuffer(), new HopBuffer()};
  private final HopBuffer kinds = new HopBuffer();

  // Where rows of the hop at hand go.
  private MemorySegment segment = MemorySegment.NULL;
  private long at;
  private long stride;
  private boolean inBuffer;

  HopCall(WorkerPool pool, HopEdges edges, HopWorkers workers, HopPaces paces) {
    this.pool = pool;
    gather = new HopGather(edges);
    step = new HopStep(gather, workers, paces);
    halfPacking = new HalfPacking(workers);
    blockStep = new HopBlockStep(workers, paces);
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
    boolean halves =
        storage == Storage.BFLOAT16 && aggregation != Aggregation.MAX && dim >= Lanes.COUNT;
    if (blocks != null && dim >= Lanes.COUNT) {
      aggregate(blocks, aggregation, features, hops, halves);
      return;
    }
    int[] places = inPlansOrder ? null : plan.order();
    gather.edges(plan.edges(), aggregation, null);
    if (halves) {
      halves(plan, features, hops, places);
    } else {
      route.set(plan, features, hops, places);
      int width = slabColumns(plan.edges(), dim);
      for (int begin = 0; begin < dim; begin += width) {
        // The last slab begins early enough to fill a vector: some columns are written twice.
        int first = Math.max(0, Math.min(begin, dim - Lanes.COUNT));
        slab(plan, features, first, Math.min(width, dim - first));
      }
    }
    step.forget();
    route.forget();
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
  private int slabColumns(HopEdges edges, int dim) {
    int used = route.buffers();
    double hopBytes = (double) edges.nodes() * dim * Float.BYTES;
    double given = 1 + route.wanted() + edges.bytes() / hopBytes;
    double hops = BUFFER_SHARE * given + (route.needsHop() ? 1 : 0);
    if (used <= hops) {
      return dim;
    }
    int most = (int) (dim * hops / used) / HopMemory.LINE_FLOATS * HopMemory.LINE_FLOATS;
    most = Math.max(LEAST_SLAB_COLUMNS, most);
    return padded(Math.ceilDiv(dim, Math.ceilDiv(dim, most)));
  }

  /// The next multiple of a cache line's floats; rows shorter than a vector stay as they are.
  private static int padded(int columns) {
    return columns < Lanes.COUNT
        ? columns
        : Math.ceilDiv(columns, HopMemory.LINE_FLOATS) * HopMemory.LINE_FLOATS;
  }

  /// Takes all hops of some columns.
  private void slab(HopPlan plan, FloatMatrix features, int begin, int columns) {
    long column = (long) begin * Float.BYTES;
    if (route.packs()) {
      place(route.packed(), 0, plan, column, columns);
      packing.run(pool, features, plan.order(), column, columns, segment, at, stride);
      gather.source(segment, at, stride);
    } else {
      gather.source(features.segment(), column, features.rowStride() * Float.BYTES);
      inBuffer = false;
    }
    for (int hop = 0; hop < route.hops(); hop++) {
      HopRoute.Place place = route.target(hop);
      boolean fromBuffer = inBuffer;
      place(place, hop, plan, column, columns);
      gather.columns(column, fromBuffer && inBuffer ? padded(columns) : columns);
      step.target(place == HopRoute.Place.NOWHERE ? null : segment, at, stride);
      step.copy(route.copy(hop), columns, route.places());
      step.run(pool);
      gather.source(segment, at, stride);
    }
  }

  /// Finds the memory of a place.
  private void place(HopRoute.Place place, int hop, HopPlan plan, long column, int columns) {
    inBuffer = place == HopRoute.Place.FIRST_BUFFER || place == HopRoute.Place.SECOND_BUFFER;
    if (inBuffer) {
      at = 0;
      stride = (long) padded(columns) * Float.BYTES;
      int i = place == HopRoute.Place.FIRST_BUFFER ? 0 : 1;
      segment = buffers[i].atLeast(plan.edges().nodes() * stride);
    } else if (place != HopRoute.Place.NOWHERE) {
      boolean last = place == HopRoute.Place.LAST_HOP;
      FloatMatrix wanted = route.wanted(last ? route.hops() - 1 : hop);
      segment = wanted.segment();
      at = column;
      stride = wanted.rowStride() * Float.BYTES;
    }
  }

  /// Runs all hops block by block, slab after slab of columns: a slab's rows lie together, and it
  /// needs nothing of the others.
  private void aggregate(
      HopBlocks blocks,
      Aggregation aggregation,
      FloatMatrix features,
      @Nullable FloatMatrix[] hops,
      boolean halves) {
    int dim = features.columns();
    int slabs = Math.ceilDiv(dim, HopBlockStep.SLAB_COLUMNS);
    int unit = halves ? HalfRows.BLOCK_COLUMNS : HopMemory.LINE_FLOATS;
    int width = Math.ceilDiv(Math.ceilDiv(dim, slabs), unit) * unit;
    int bytes = halves ? Short.BYTES : Float.BYTES;
    for (int begin = 0; begin < dim; begin += width) {
      int columns = Math.min(width, dim - begin);
      int padded = Math.ceilDiv(columns, unit) * unit;
      long column = (long) begin * Float.BYTES;
      long slabBytes = blocks.edges().nodes() * (long) padded * bytes;
      MemorySegment source = buffers[0].atLeast(slabBytes);
      if (halves) {
        halfPacking.run(pool, features, null, column, columns, source);
      } else {
        long stride = (long) padded * Float.BYTES;
        packing.run(pool, features, null, column, columns, source, 0, stride);
      }
      for (int hop = 0; hop < hops.length; hop++) {
        boolean last = hop == hops.length - 1;
        MemorySegment target = last ? null : buffers[(hop + 1) % 2].atLeast(slabBytes);
        blockStep.run(
            pool, blocks, aggregation, padded, halves, source, target, hops[hop], column, columns);
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
    gather.edges(edges, aggregation, HopMessages.of(messages, buffers[1], kinds));
    MemorySegment source = buffers[0].offHeap(features.segment());
    gather.source(source, 0, features.rowStride() * Float.BYTES);
    gather.columns(0, features.columns());
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

  /// Memory held for the next call, in bytes.
  long bytes() {
    return buffers[0].bytes() + buffers[1].bytes() + kinds.bytes() + blockStep.bytes();
  }

  @Override
  public void close() {
    buffers[0].close();
    buffers[1].close();
    kinds.close();
  }
}
