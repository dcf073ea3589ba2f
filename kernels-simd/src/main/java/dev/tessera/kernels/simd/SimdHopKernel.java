package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Aggregates over a graph with a row's columns in registers. How it goes through the graph is
/// planned when the caller asks for it, and otherwise once calls have come to so much work that a
/// plan pays.
final class SimdHopKernel implements HopKernel {
  /// Columns times hops after which a plan pays: label propagation and renumbering cost 1 to 1.6
  /// hops of 128 columns, and save a third of a hop or more.
  private static final long PLANNED_COLUMNS = 600;

  /// With so many edges a row a plan costs less than half a hop.
  private static final long CHEAP_DEGREE = 64;

  /// What a column of an edge takes on one thread where rows are far away, near by the graph's
  /// size, or brought near by a plan; measured on the graphs of benchmarks/peers/hops.py (AMD EPYC
  /// of family 26, 2 cores).
  private static final double FAR_NANOS = 0.33;

  private static final double NEAR_NANOS = 0.08;
  private static final double REORDERED_NANOS = 0.22;
  private static final double BLOCKS_NANOS = 0.2;
  private static final int NEAR_NODES = 1 << 14;

  private final HopOperand operand;
  private final WorkerPool pool;
  private final HopPaces paces;
  private final HopPlanning.Choice choice;
  private final HopBlocks.Sizes sizes;
  private final CallerEdges edges;
  private final HopPlan unplanned;
  private final HopWorkers workers = new HopWorkers();
  private final ArrayDeque<HopCall> idle = new ArrayDeque<>();

  /// Held while a plan is made, so that it is made once; not this object's own lock, which reports
  /// and other calls need meanwhile.
  private final Object planning = new Object();

  private volatile @Nullable HopPlan plan;
  private long columnsSoFar;
  private int calls;
  private boolean closed;

  SimdHopKernel(HopOperand operand, WorkerPool pool, HopPaces paces) {
    this(operand, pool, paces, HopPlanning.Choice.MEASURED, HopBlocks.Sizes.DEFAULT);
  }

  SimdHopKernel(
      HopOperand operand,
      WorkerPool pool,
      HopPaces paces,
      HopPlanning.Choice choice,
      HopBlocks.Sizes sizes) {
    this.operand = operand;
    this.pool = pool;
    this.paces = paces;
    this.choice = choice;
    this.sizes = sizes;
    edges = new CallerEdges(operand, pool);
    unplanned = HopPlan.plain(edges, 0, "rows as they are, not planned yet");
  }

  @Override
  public void aggregate(FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order) {
    aggregate(features, hops, order, Storage.FLOAT32);
  }

  @Override
  public void aggregate(
      FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder order, Storage storage) {
    HopCall call = begin();
    try {
      if (operand.nodes() > 0 && features.columns() > 0) {
        HopPlan chosen =
            paysToPlan((long) features.columns() * hops.length) || order == RowOrder.PLAN
                ? plan()
                : null;
        call.aggregate(
            chosen == null ? unplanned : chosen,
            operand.aggregation(),
            features,
            hops,
            order == RowOrder.PLAN,
            storage);
      }
    } finally {
      end(call);
    }
  }

  private synchronized boolean paysToPlan(long columns) {
    columnsSoFar += columns;
    return plan != null
        || choice != HopPlanning.Choice.MEASURED
        || columnsSoFar >= PLANNED_COLUMNS
        || operand.edges() / operand.nodes() >= CHEAP_DEGREE;
  }

  @Override
  public void aggregate(FloatMatrix features, EdgeMessages messages, FloatMatrix aggregated) {
    HopCall call = begin();
    try {
      if (operand.nodes() > 0 && features.columns() > 0) {
        call.aggregate(edges.weighted(), operand.aggregation(), features, messages, aggregated);
      }
    } finally {
      end(call);
    }
  }

  private synchronized HopCall begin() {
    if (closed) {
      throw new IllegalStateException("the kernel is closed");
    }
    calls++;
    return idle.isEmpty() ? new HopCall(pool, edges.unweighted(), workers, paces) : idle.pop();
  }

  /// Keeps the call for the next one; the buffers of one call at most.
  private synchronized void end(HopCall call) {
    calls--;
    if (idle.isEmpty()) {
      idle.addFirst(call);
    } else {
      call.close();
      idle.addLast(call);
    }
    if (closed) {
      free();
    }
  }

  /// The plan, made now if there is none. For calls in flight alone: others may find it freed.
  private HopPlan plan() {
    synchronized (planning) {
      HopPlan made = plan;
      if (made == null) {
        made = HopPlanning.plan(edges, pool, paces, choice, sizes);
        plan = made;
      }
      return made;
    }
  }

  @Override
  public synchronized double estimatedNanos(int columns, int hops) {
    double nanos = operand.nodes() < NEAR_NODES ? NEAR_NANOS : FAR_NANOS;
    if (plan != null && plan.blocks() != null) {
      nanos = BLOCKS_NANOS;
    } else if (plan != null && plan.order() != null) {
      nanos = REORDERED_NANOS;
    }
    return ((double) operand.edges() + operand.nodes()) * columns * hops * nanos / pool.threads();
  }

  @Override
  public int @Nullable [] planOrder() {
    HopCall call = begin();
    try {
      return plan().order();
    } finally {
      end(call);
    }
  }

  @Override
  public void prepare() {
    HopCall call = begin();
    try {
      if (operand.nodes() > 0) {
        plan().prepare();
      }
    } finally {
      end(call);
    }
  }

  @Override
  public synchronized Preparation preparation() {
    long bytes = edges.bytes() + idle.stream().mapToLong(HopCall::bytes).sum();
    return plan == null
        ? new Preparation(0, bytes)
        : new Preparation(plan.nanos(), plan.bytes() + bytes);
  }

  @Override
  public synchronized String describe() {
    String how = (plan == null ? unplanned : plan).reason();
    return how + "; " + HopMemory.describe();
  }

  @Override
  public synchronized void close() {
    closed = true;
    free();
  }

  private void free() {
    if (calls == 0) {
      idle.forEach(HopCall::close);
      idle.clear();
      if (plan != null) {
        plan.close();
        plan = null;
      }
      edges.close();
    }
  }
}
