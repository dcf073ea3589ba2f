package dev.tessera.kernels.simd;

import dev.tessera.kernel.EdgeWeights;
import dev.tessera.kernel.HopOperand;
import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// The edges as the caller gave them. Weights that have to be computed are so once somebody goes
/// through the rows as they are, and stay; a plan that keeps them in another order reads them
/// without that. Thread-safe.
final class CallerEdges implements AutoCloseable {
  private final HopOperand operand;
  private final WorkerPool pool;
  private final HopEdges unweighted;
  private @Nullable Arena memory;
  private volatile @Nullable HopEdges weighted;

  /// Arrays on the heap are copied.
  CallerEdges(HopOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
    unweighted =
        new HopEdges(
            OffHeap.orCopy(operand.rowPointers()),
            OffHeap.orCopy(operand.columns()),
            HopEdges.ONE,
            0,
            operand.nodes(),
            operand.edges());
  }

  /// The edges without their weights.
  HopEdges unweighted() {
    return unweighted;
  }

  /// The weights, for whoever wants them in another order; null where each is 1.
  @Nullable EdgeWeights weights() {
    return operand.weights();
  }

  /// The edges with their weights, where they have any.
  HopEdges weighted() {
    HopEdges made = weighted;
    return made == null ? makeWeighted() : made;
  }

  private synchronized HopEdges makeWeighted() {
    HopEdges made = weighted;
    if (made == null) {
      EdgeWeights weights = operand.weights();
      made = weights == null ? unweighted : unweighted.withWeights(inMemory(weights));
      weighted = made;
    }
    return made;
  }

  @SuppressWarnings("MustBeClosedChecker") // closed by close
  private MemorySegment inMemory(EdgeWeights weights) {
    MemorySegment stored = weights.stored();
    if (stored != null) {
      return OffHeap.orCopy(stored);
    }
    Arena arena = Arena.ofShared();
    try {
      MemorySegment computed =
          HopMemory.allocate(arena, Math.max(1, operand.edges() * Float.BYTES));
      operand.copyWeights(pool, computed);
      memory = arena;
      return computed;
    } catch (RuntimeException | Error e) { // interrupted, or out of memory
      arena.close();
      throw e;
    }
  }

  /// What computed weights take, in bytes.
  long bytes() {
    HopEdges made = weighted;
    EdgeWeights weights = operand.weights();
    return made == null || weights == null || weights.stored() != null
        ? 0
        : made.weights().byteSize();
  }

  /// Frees computed weights. To be called when nobody goes through the rows.
  @Override
  public synchronized void close() {
    Arena held = memory;
    memory = null;
    if (held != null) {
      weighted = null;
      held.close();
    }
  }
}
