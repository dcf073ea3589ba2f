package dev.tessera.kernels.simd;

import dev.tessera.internal.bpe.Merger;
import dev.tessera.internal.bpe.PairTable;
import dev.tessera.kernel.MergeKernel;
import dev.tessera.kernel.MergeOperand;
import dev.tessera.kernel.Preparation;
import dev.tessera.kernel.WorkerPool;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Merges pieces by the loops of [Merger], pieces shared out over threads.
///
/// Those loops are plain Java: pieces are short (most have 5 to 15 symbols), the smallest of so few
/// ranks is found as fast without vectors, and the time goes into looking up pairs.
///
/// Sixteen pieces side by side, one a lane (ranks in rows, minima down the rows, a filter that is
/// gathered), took 125 ns a piece instead of 265 with all tables in the caches, on a Zen 5 at 512
/// bits. Within a first pass over English, where they are not, it was 150 to 300 ns and some 50
/// more to put pieces off and close up the ids: the pass was 6 % slower where the new ones of 1024
/// pieces were merged together, 3 % faster with those of 8192.
final class SimdMergeKernel implements MergeKernel {
  /// Symbols a thread takes at a time, at least: some 50 microseconds.
  private static final int CHUNK_PIECES = 256;

  /// A symbol's share of looking up pairs and joining them; measured 12-30 ns on a Zen 5 at 4 GHz.
  private static final double NANOS_PER_SYMBOL = 20;

  /// A rule's share of packing.
  private static final double NANOS_PER_RULE = 25;

  private final MergeOperand operand;
  private final WorkerPool pool;
  private final ArrayDeque<Merger> idle = new ArrayDeque<>();
  private @Nullable PairTable pairs;
  private volatile Preparation preparation = Preparation.NONE;

  SimdMergeKernel(MergeOperand operand, WorkerPool pool) {
    this.operand = operand;
    this.pool = pool;
  }

  @Override
  public void merge(int[] symbols, int[] ends, int[] lengths, int pieces) {
    pool.run(
        chunks -> {
          Merger merger = borrow();
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int end = (int) Math.min(pieces, (chunk + 1) * CHUNK_PIECES);
            for (int piece = (int) chunk * CHUNK_PIECES; piece < end; piece++) {
              int from = piece == 0 ? 0 : ends[piece - 1];
              lengths[piece] = merger.merge(symbols, from, ends[piece] - from);
            }
          }
          giveBack(merger);
        },
        Math.ceilDiv(pieces, CHUNK_PIECES));
  }

  private synchronized Merger borrow() {
    return idle.isEmpty() ? new Merger(prepared()) : idle.pop();
  }

  private synchronized void giveBack(Merger merger) {
    idle.push(merger);
  }

  private PairTable prepared() {
    PairTable table = pairs;
    if (table == null) {
      long start = System.nanoTime();
      table = new PairTable(operand);
      pairs = table;
      preparation = new Preparation(System.nanoTime() - start, table.bytes());
    }
    return table;
  }

  @Override
  public double estimatedNanos(int pieces, int symbols) {
    double packing = preparation.nanos() == 0 ? operand.rules() * NANOS_PER_RULE : 0;
    return packing + symbols * NANOS_PER_SYMBOL / pool.threads();
  }

  @Override
  public Preparation preparation() {
    return preparation;
  }

  @Override
  public String describe() {
    return "pair table, bit lists up to 64 symbols, a tournament tree above";
  }

  @Override
  public synchronized void close() {
    idle.clear();
    pairs = null;
  }
}
