package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Groups of nodes that are mostly each other's neighbours, found by label propagation (Raghavan,
/// Albert and Kumara, 2007): round after round a node takes the label that most of its neighbours
/// have. Groups are capped, so that a group's rows fit a cache. The outcome does not depend on the
/// number of threads: within a step, nodes read labels of the step before.
final class Communities {
  /// The most nodes of a group: their rows of 64 to 256 columns fit the second cache.
  static final int MOST_NODES = 1 << 10;

  /// Neighbours that a node asks.
  private static final int ASKED = 16;

  /// Steps of a round: within a step labels stand still, and with too few steps groups of two swap
  /// theirs for ever.
  private static final int STEPS = 8;

  /// Nodes that a thread takes at a time; steps take turns in pieces of so many.
  private static final int PIECE = 512;

  /// What a node wants whose label more than half of those that it asked have: it is not asked
  /// again.
  private static final int SETTLED = -1;

  private final HopEdges edges;
  private final WorkerPool pool;
  private final int[] labels;
  private final int[] wanted;
  private final int[] sizes;
  private int step;

  Communities(HopEdges edges, WorkerPool pool) {
    this.edges = edges;
    this.pool = pool;
    int nodes = edges.nodes();
    labels = new int[nodes];
    wanted = new int[nodes];
    sizes = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      labels[node] = node;
      sizes[node] = 1;
    }
  }

  /// Every node asks its neighbours once.
  void round() {
    int pieces = Math.ceilDiv(edges.nodes(), PIECE);
    for (step = 0; step < STEPS; step++) {
      pool.run(this::ask, Math.ceilDiv(pieces - step, STEPS));
      for (int piece = step; piece < pieces; piece += STEPS) {
        move(piece);
      }
    }
  }

  private void ask(WorkerPool.Chunks chunks) {
    MemorySegment pointers = OffHeap.of(edges.rowPointers());
    MemorySegment columns = OffHeap.of(edges.columns());
    int[] heard = new int[ASKED];
    Ballot ballot = new Ballot();
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      long piece = chunk * STEPS + step;
      int to = (int) Math.min(edges.nodes(), (piece + 1) * PIECE);
      for (int node = (int) (piece * PIECE); node < to; node++) {
        if (wanted[node] != SETTLED) {
          int count = listen(pointers, columns, node, heard);
          int favourite = ballot.favourite(labels[node], heard, count);
          boolean settled = favourite == labels[node] && 2 * ballot.most() > count;
          wanted[node] = settled ? SETTLED : favourite;
        }
      }
    }
  }

  /// Reads the labels of neighbours, the node itself left out; returns how many. They are looked at
  /// later: so all these reads, most of them from far away, are under way at once.
  private int listen(MemorySegment pointers, MemorySegment columns, int node, int[] heard) {
    long first = HopEdges.pointer(pointers, node);
    long count = HopEdges.pointer(pointers, node + 1L) - first;
    int asked = (int) Math.min(count, ASKED);
    int found = 0;
    for (int i = 0; i < asked; i++) {
      int neighbour = HopEdges.column(columns, first + (count <= ASKED ? i : i * count / ASKED));
      heard[found] = labels[neighbour];
      found += neighbour == node ? 0 : 1;
    }
    return found;
  }

  /// Counts votes in a small hash table, which is forgotten by a new number for each ballot. A slot
  /// holds the number of its ballot, a label, and that label's votes.
  private static final class Ballot {
    private static final int SLOTS_LOG = 6;
    private static final int SLOTS = 1 << SLOTS_LOG;
    private static final int HASH = 0x9E3779B1;

    private static final int VOTES_BITS = 5;
    private static final int VOTES_MASK = (1 << VOTES_BITS) - 1;
    private static final int LABEL_BITS = 31;
    private static final int BALLOTS = 1 << (Long.SIZE - LABEL_BITS - VOTES_BITS);

    private final long[] slots = new long[SLOTS];
    private int ballot;
    private int most;

    /// The most frequent label, of equal ones the lowest, so that neighbours choose alike.
    int favourite(int own, int[] heard, int count) {
      ballot++;
      if (ballot == BALLOTS) {
        Arrays.fill(slots, 0);
        ballot = 1;
      }
      int best = own;
      int votes = 0;
      for (int i = 0; i < count; i++) {
        int label = heard[i];
        long voted = ((long) ballot << LABEL_BITS) | label;
        int at = (label * HASH) >>> (Integer.SIZE - SLOTS_LOG);
        long slot = slots[at];
        while (slot >>> VOTES_BITS != voted && slot >>> (LABEL_BITS + VOTES_BITS) == ballot) {
          at = (at + 1) & (SLOTS - 1);
          slot = slots[at];
        }
        int now = slot >>> VOTES_BITS == voted ? (int) (slot & VOTES_MASK) + 1 : 1;
        slots[at] = (voted << VOTES_BITS) | now;
        if (now > votes || (now == votes && label < best)) {
          best = label;
          votes = now;
        }
      }
      most = votes;
      return best;
    }

    /// How many votes the last favourite got.
    int most() {
      return most;
    }
  }

  private void move(int piece) {
    int to = (int) Math.min(edges.nodes(), (piece + 1L) * PIECE);
    for (int node = piece * PIECE; node < to; node++) {
      int label = labels[node];
      int better = wanted[node];
      if (better != SETTLED && better != label && sizes[better] < MOST_NODES) {
        sizes[label]--;
        sizes[better]++;
        labels[node] = better;
      }
    }
  }

  /// The nodes, group after group, those of a group ascending: for each place its node.
  int[] order() {
    int nodes = edges.nodes();
    int[] places = sizes;
    int place = 0;
    for (int label = 0; label < nodes; label++) { // sizes become beginnings
      int size = places[label];
      places[label] = place;
      place += size;
    }
    int[] order = wanted;
    for (int node = 0; node < nodes; node++) {
      order[places[labels[node]]++] = node;
    }
    return order;
  }

  /// The label of `node`.
  int label(int node) {
    return labels[node];
  }
}
