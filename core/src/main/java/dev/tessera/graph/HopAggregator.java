package dev.tessera.graph;

import dev.tessera.kernel.Backends;
import dev.tessera.kernel.EdgeMessages;
import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopKernel;
import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.HopKernel.Storage;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.KernelChoice;
import dev.tessera.kernel.KernelReport;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Turns node features into hop tokens: `[X, AX, A^2 X, ...]` for each node, by a [Normalization],
/// bit for bit the same on every backend, number of threads and device (NaNs equal whatever their
/// payload): the order of every sum is that of [HopOperand.Aggregation]. Thread-safe.
///
/// A NaN or an infinity spreads to the neighbours, hop by hop, wherever the edge's weight lets it
/// (`0 * infinity` is NaN). The graph is packed on the first call of each backend that serves;
/// [#close()] frees that memory, and closing the `Tessera` that made the aggregator ends it, too.
public final class HopAggregator implements AutoCloseable {
  private final HopOperand operand;
  private final boolean sorted;
  private final Normalization normalization;
  private final KernelChoice<HopKernel> kernels;
  private final int threads;
  private @Nullable Graph graph;

  private HopAggregator(
      HopOperand operand,
      boolean sorted,
      Normalization normalization,
      KernelChoice<HopKernel> kernels,
      int threads) {
    this.operand = operand;
    this.sorted = sorted;
    this.normalization = normalization;
    this.kernels = kernels;
    this.threads = threads;
  }

  /// An aggregator over opened backends. Degrees are counted now, at most 24 bytes a node; weights
  /// are computed by the backend that serves, into 4 bytes an edge of its own. A graph that is
  /// turned round or gets other self loops is copied.
  public static HopAggregator of(Backends backends, Graph graph, Normalization normalization) {
    HopOperand operand = NormalizedRows.operand(graph, normalization, backends.threads());
    KernelChoice<HopKernel> kernels =
        new KernelChoice<>(backends.serving(), "this graph", backend -> backend.hop(operand));
    boolean sorted = graph.isSorted() || normalization.transposed();
    return new HopAggregator(operand, sorted, normalization, kernels, backends.threads());
  }

  /// The number of nodes.
  public int nodes() {
    return operand.nodes();
  }

  /// The number of edges, with the self loops that hops see.
  public long edges() {
    return operand.edges();
  }

  /// The graph as hops see it: turned round, with its self loops and its normalised weights. Where
  /// it has such, the first call computes them, and they stay: 4 bytes an edge.
  public synchronized Graph graph() {
    Graph made = graph;
    if (made == null) {
      made =
          new Graph(
              operand.rowPointers(),
              operand.columns(),
              weights(),
              operand.nodes(),
              operand.edges(),
              sorted);
      graph = made;
    }
    return made;
  }

  private @Nullable MemorySegment weights() {
    EdgeWeights weights = operand.weights();
    if (weights == null || weights.stored() != null) {
      return weights == null ? null : weights.stored();
    }
    MemorySegment computed = Arena.ofAuto().allocate(operand.edges() * Float.BYTES, Float.BYTES);
    try (WorkerPool pool = CountingSort.pool(threads, operand.edges())) {
      operand.copyWeights(pool, computed);
    }
    return computed;
  }

  /// The rule it was made with.
  public Normalization normalization() {
    return normalization;
  }

  /// Hops 0 to `hops` of every node: `[nodes x dim] -> [nodes x (hops + 1) x dim]`, node by node.
  ///
  /// @throws IllegalArgumentException if there are not as many rows as nodes, or fewer than 0 hops
  public FloatTensor aggregate(FloatMatrix features, int hops) {
    return aggregate(features, HopOptions.of(hops)).tensor();
  }

  /// Hop tokens as asked for, in new memory outside the heap.
  ///
  /// @throws IllegalArgumentException if there are not as many rows as nodes
  public HopTokens aggregate(FloatMatrix features, HopOptions options) {
    checkRows(features);
    int dim = features.columns();
    FloatTensor tokens =
        switch (options.layout()) {
          case NODE_MAJOR -> FloatTensor.allocate(operand.nodes(), options.kept(), dim);
          case HOP_MAJOR -> FloatTensor.allocate(options.kept(), operand.nodes(), dim).swapped();
        };
    return new HopTokens(tokens, aggregate(features, options, tokens));
  }

  /// Hop tokens into the caller's memory, however it lies. Where that is a mapped file, buffers
  /// hold the features some columns at a time, and rows are in the caller's numbering: so features
  /// and tokens may be larger than memory.
  ///
  /// @param tokens `[nodes x kept hops x dim]`, written; may hold the features themselves as its
  ///   first hop, if rows are to be in the caller's numbering
  /// @return the node that each row belongs to, or null where row v is node v's
  /// @throws IllegalArgumentException if there are not as many rows as nodes, or the tokens have
  ///   another shape
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted; what the
  ///   tokens then hold is undefined
  public @Nullable TokenIds aggregate(
      FloatMatrix features, HopOptions options, FloatTensor tokens) {
    return aggregate(features, options, tokens, (done, all) -> {});
  }

  /// As the other one, with word of each step.
  public @Nullable TokenIds aggregate(
      FloatMatrix features, HopOptions options, FloatTensor tokens, Listener listener) {
    checkRows(features);
    if (tokens.first() != operand.nodes()
        || tokens.second() != options.kept()
        || tokens.third() != features.columns()) {
      throw new IllegalArgumentException(
          "%d hops of features [%d x %d] need tokens [%d x %d x %d], not [%d x %d x %d]"
              .formatted(
                  options.hops(),
                  features.rows(),
                  features.columns(),
                  operand.nodes(),
                  options.kept(),
                  features.columns(),
                  tokens.first(),
                  tokens.second(),
                  tokens.third()));
    }
    if (tokens.elements() == 0) {
      return null;
    }
    if (options.rowOrder() == RowOrder.PLAN
        && features.segment().asOverlappingSlice(tokens.segment()).isPresent()) {
      throw new IllegalArgumentException(
          "features that lie within the tokens stay in the caller's numbering, not in the plan's");
    }
    if (tokens.segment().isMapped()) {
      HopStream.Hops hops =
          (source, targets, rowOrder) -> once(source, targets, rowOrder, options.storage());
      new HopStream(hops, features, options, tokens).run(threads, listener);
      return null;
    }
    int[] order = aggregateInMemory(features, options, tokens, listener);
    return order == null ? null : TokenIds.of(order);
  }

  /// Told how far a call has come.
  @FunctionalInterface
  public interface Listener {
    /// `done` of `all` steps are done; called by the calling thread.
    void step(long done, long all);
  }

  private int @Nullable [] aggregateInMemory(
      FloatMatrix features, HopOptions options, FloatTensor tokens, Listener listener) {
    FloatMatrix[] hops = new FloatMatrix[options.hops()];
    for (int hop = 1; hop <= options.hops(); hop++) {
      boolean kept = !options.lastOnly() || hop == options.hops();
      hops[hop - 1] = kept ? tokens.atSecond(options.lastOnly() ? 0 : hop) : null;
    }
    int[] order =
        options.hops() == 0 ? null : once(features, hops, options.rowOrder(), options.storage());
    if (options.hops() == 0 || !options.lastOnly()) {
      RowCopy.copy(features, tokens.atSecond(0), order, threads);
    }
    listener.step(1, 1);
    return order;
  }

  /// One call of a kernel.
  private int @Nullable [] once(
      FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder rowOrder, Storage storage) {
    int[][] order = new int[1][];
    kernels.call(
        (long) operand.nodes() * hops.length,
        kernel -> kernel.estimatedNanos(features.columns(), hops.length),
        kernel -> {
          kernel.aggregate(features, hops, rowOrder, storage);
          order[0] = rowOrder == RowOrder.PLAN ? kernel.planOrder() : null;
        });
    return order[0];
  }

  /// One hop of messages that carry edge features: see [HopKernel]. Edges are those of [#graph()].
  ///
  /// @param features `[nodes x dim]`
  /// @param messages what the edges add
  /// @return `[nodes x dim]`
  /// @throws IllegalArgumentException if a shape does not fit, or a kind is no row of the table:
  ///   names the edge
  public FloatMatrix aggregate(FloatMatrix features, EdgeMessages messages) {
    FloatMatrix aggregated = FloatMatrix.allocate(operand.nodes(), features.columns());
    aggregate(features, messages, aggregated);
    return aggregated;
  }

  /// As the other one, into the caller's memory.
  ///
  /// @param aggregated `[nodes x dim]`, written
  public void aggregate(FloatMatrix features, EdgeMessages messages, FloatMatrix aggregated) {
    checkRows(features);
    MessageCheck.check(operand.edges(), features, messages);
    if (aggregated.rows() != operand.nodes() || aggregated.columns() != features.columns()) {
      throw new IllegalArgumentException(
          "features [%d x %d] are aggregated into as many rows and columns, not [%d x %d]"
              .formatted(
                  features.rows(), features.columns(), aggregated.rows(), aggregated.columns()));
    }
    kernels.call(
        operand.nodes(),
        kernel -> kernel.estimatedNanos(features.columns(), 1),
        kernel -> kernel.aggregate(features, messages, aggregated));
  }

  private void checkRows(FloatMatrix features) {
    if (features.rows() != operand.nodes()) {
      throw new IllegalArgumentException(
          "the features have %d rows, the graph has %d nodes"
              .formatted(features.rows(), operand.nodes()));
    }
  }

  /// Packs the graph now for every backend, instead of on the first call.
  public void prepare() {
    kernels.prepare();
  }

  /// Which backends served the calls so far, at what rate, what preparing cost them, how they went
  /// about it, and why others did not.
  public KernelReport report() {
    return kernels.report();
  }

  /// Frees what the backends allocated for this graph. Closing twice does nothing.
  @Override
  public void close() {
    kernels.close();
  }
}
