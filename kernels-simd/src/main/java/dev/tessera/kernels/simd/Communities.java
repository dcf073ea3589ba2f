package dev.tessera.kernels.simd;

import dev.tessera.kernel.WorkerPool;
import java.lang.foreign.MemorySegment;

/// Groups of nodes that are mostly each other's neighbours, found by label propagation (Raghavan,
/// Albert and Kumara, 2007): round after round a node takes the label that most of its neighbours
/// have. Groups are capped, so that a group's rows fit a cache. The outcome does not depend on the
/// number of threads: within a step, nodes read labels of the step before.
final class Communities {
  /// The most nodes of a group: their rows of 64 to 256 columns fit the second cache.
  static final int MOST_NODES = 1 << 10;

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
  private final VectorPace pace;
  private final int[] labels;
  private final int[] wanted;
  private final int[] sizes;
  private int step;

  Communities(HopEdges edges, WorkerPool pool, HopPaces paces) {
    this.edges = edges;
    this.pool = pool;
    pace = paces.ofBallots();
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
    int[] heard = new int[Ballot.VOTERS];
    Ballot ballot = new Ballot();
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      int from = (int) ((chunk * STEPS + step) * PIECE);
      int to = (int) Math.min(edges.nodes(), from + (long) PIECE);
      if (pace.isFast()) {
        ask(from, to, heard);
      } else {
        int middle = Math.min(to, from + VectorPace.TRIAL_ROWS);
        long start = System.nanoTime();
        ask(from, middle, heard);
        long between = System.nanoTime();
        ask(middle, to, heard, ballot);
        long done = System.nanoTime();
        if (middle < to) {
          pace.compare(
              (double) (between - start) / (middle - from),
              (double) (done - between) / (to - middle));
        }
      }
    }
  }

  /// Asks for some nodes, votes counted by vectors.
  private void ask(int from, int to, int[] heard) {
    MemorySegment pointers = OffHeap.of(edges.rowPointers());
    MemorySegment columns = OffHeap.of(edges.columns());
    for (int node = from; node < to; node++) {
      if (wanted[node] != SETTLED) {
        int count = listen(pointers, columns, node, heard);
        decide(node, count, count == 0 ? labels[node] : Ballot.favourite(heard, count));
      }
    }
  }

  /// Asks for some nodes, votes counted in a table.
  private void ask(int from, int to, int[] heard, Ballot ballot) {
    MemorySegment pointers = OffHeap.of(edges.rowPointers());
    MemorySegment columns = OffHeap.of(edges.columns());
    for (int node = from; node < to; node++) {
      if (wanted[node] != SETTLED) {
        int count = listen(pointers, columns, node, heard);
        decide(node, count, count == 0 ? labels[node] : ballot.favouriteByTable(heard, count));
      }
    }
  }

  /// @param favourite the most frequent label, and above it its votes, as ballots give both
  private void decide(int node, int count, long favourite) {
    int label = (int) favourite;
    boolean settled = label == labels[node] && 2 * (favourite >>> Integer.SIZE) > count;
    wanted[node] = settled ? SETTLED : label;
  }

  /// Reads the labels of neighbours, the node itself left out; returns how many. They are looked at
  /// later: so all these reads, most of them from far away, are under way at once.
  private int listen(MemorySegment pointers, MemorySegment columns, int node, int[] heard) {
    long first = HopEdges.pointer(pointers, node);
    long count = HopEdges.pointer(pointers, node + 1L) - first;
    int asked = (int) Math.min(count, Ballot.VOTERS);
    int found = 0;
    for (int i = 0; i < asked; i++) {
      int neighbour =
          HopEdges.column(
              columns, first + (count <= Ballot.VOTERS ? i : i * count / Ballot.VOTERS));
      heard[found] = labels[neighbour];
      found += neighbour == node ? 0 : 1;
    }
    return found;
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
