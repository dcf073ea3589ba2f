package dev.tessera.graph;

import dev.tessera.kernel.HopKernel.RowOrder;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.FloatTensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes the features some columns at a time through buffers of a bounded size: columns do not mix,
/// so the results are the same. The features and the tokens are passed over forwards, as mapped
/// files want it, and only the buffers are gathered from.
///
/// Where memory allows a cache line of columns that way, all hops of the columns are computed
/// before they are written, so that each page of node-major tokens is written once for every so
/// many columns; else hop after hop, in two buffers. With a scratch folder they wait there for the
/// other columns, and each page is written once.
final class HopStream {
  /// The fewest columns that are worth a pass over the edges: a cache line.
  private static final int LEAST_COLUMNS = 16;

  /// What a kernel may hold beside what it reads and writes, in buffers of the same size.
  private static final int KERNEL_BUFFERS = 2;

  private final Hops kernel;
  private final FloatMatrix features;
  private final HopOptions options;
  private final FloatTensor tokens;
  private @Nullable HopScratch scratch;

  HopStream(Hops kernel, FloatMatrix features, HopOptions options, FloatTensor tokens) {
    this.kernel = kernel;
    this.features = features;
    this.options = options;
    this.tokens = tokens;
  }

  /// A call of a kernel.
  interface Hops {
    int @Nullable [] aggregate(
        FloatMatrix features, @Nullable FloatMatrix[] hops, RowOrder rowOrder);
  }

  void run(int threads, HopAggregator.Listener listener) {
    int dim = features.columns();
    int together = options.lastOnly() ? Math.min(1, options.hops()) : options.hops();
    if (columns(together) < Math.min(dim, LEAST_COLUMNS)) {
      together = Math.min(1, options.hops());
    }
    int width = Math.max(Math.min(dim, LEAST_COLUMNS), columns(together));
    Path folder = width < dim ? options.scratch() : null;
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool("tessera-graph", threads);
        HopScratch waiting = folder == null ? null : new HopScratch(folder)) {
      scratch = waiting;
      FloatMatrix[] buffers = new FloatMatrix[1 + together];
      for (int i = 0; i < buffers.length; i++) {
        buffers[i] = FloatMatrix.allocate(arena, features.rows(), width);
      }
      for (int from = 0; from < dim; from += width) {
        int to = Math.min(dim, from + width);
        FloatMatrix[] narrow = new FloatMatrix[buffers.length];
        for (int i = 0; i < buffers.length; i++) {
          narrow[i] = FloatMatrix.of(buffers[i].segment(), features.rows(), to - from);
        }
        aggregate(from, to, narrow, pool);
        if (waiting == null || to < dim) {
          listener.step(to, dim);
        }
      }
      if (waiting != null) {
        waiting.copyAll(pool);
        listener.step(dim, dim);
      }
    }
  }

  /// How many columns the buffers have room for, in whole cache lines where there is at least one,
  /// and no more than all slabs alike need.
  ///
  /// @param together how many hops are held beside the features
  private int columns(int together) {
    int dim = features.columns();
    long columnBytes = features.rows() * Float.BYTES * (1 + together + KERNEL_BUFFERS);
    long most = options.bufferBytes() / columnBytes;
    if (most >= dim || most < LEAST_COLUMNS) {
      return (int) Math.min(most, dim);
    }
    long slabs = Math.ceilDiv(dim, most / LEAST_COLUMNS * LEAST_COLUMNS);
    return (int) (Math.ceilDiv(Math.ceilDiv(dim, slabs), (long) LEAST_COLUMNS) * LEAST_COLUMNS);
  }

  private void aggregate(int from, int to, FloatMatrix[] buffers, WorkerPool pool) {
    FloatMatrix[] source = {buffers[0]};
    RowCopy.copyTogether(new FloatMatrix[] {features.sliceColumns(from, to)}, source, pool);
    int hops = options.hops();
    if (options.lastOnly() || buffers.length == 1 + hops) {
      FloatMatrix[] wanted = new FloatMatrix[hops];
      for (int hop = 1; hop <= hops; hop++) {
        wanted[hop - 1] = options.lastOnly() ? null : buffers[hop];
      }
      if (hops > 0) {
        wanted[hops - 1] = buffers[buffers.length - 1];
        kernel.aggregate(buffers[0], wanted, RowOrder.CALLER);
      }
      List<FloatMatrix> kept = new ArrayList<>(List.of(buffers));
      if (options.lastOnly()) {
        kept = kept.subList(buffers.length - 1, buffers.length);
      }
      write(kept, 0, from, to, pool);
      return;
    }
    write(List.of(buffers[0]), 0, from, to, pool);
    for (int hop = 1; hop <= hops; hop++) {
      FloatMatrix before = buffers[(hop + 1) % 2];
      FloatMatrix next = buffers[hop % 2];
      kernel.aggregate(before, new FloatMatrix[] {next}, RowOrder.CALLER);
      write(List.of(next), hop, from, to, pool);
    }
  }

  /// Writes hops to their columns of the tokens, now or when there are all columns.
  private void write(List<FloatMatrix> hops, int first, int from, int to, WorkerPool pool) {
    FloatMatrix[] targets = new FloatMatrix[hops.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = tokens.atSecond(first + i).sliceColumns(from, to);
    }
    HopScratch waiting = scratch;
    if (waiting == null) {
      RowCopy.copyTogether(hops.toArray(FloatMatrix[]::new), targets, pool);
      return;
    }
    for (int i = 0; i < targets.length; i++) {
      waiting.keep(hops.get(i), targets[i]);
    }
  }
}
