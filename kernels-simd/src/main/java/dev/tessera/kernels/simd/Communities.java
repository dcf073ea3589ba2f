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

  /// Neighbours that a node asks.
  private static final int ASKED = 16;

  /// Steps of a round: within a step labels stand still, and with too few steps groups of two swap
  /// theirs for ever.
  private static final int STEPS = 8;

  /// Nodes that a thread takes at a time; steps take turns in pieces of so many.
  private static final int PIECE = 512;

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
    int[] heard = new int[ASKED];
    int[] votes = new int[ASKED];
    for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
      long piece = chunk * STEPS + step;
      int to = (int) Math.min(edges.nodes(), (piece + 1) * PIECE);
      for (int node = (int) (piece * PIECE); node < to; node++) {
        wanted[node] = favourite(labels[node], heard, listen(node, heard), votes);
      }
    }
  }

  /// Reads the labels of neighbours, the node itself left out; returns how many. They are looked at
  /// later: so all these reads, most of them from far away, are under way at once.
  private int listen(int node, int[] heard) {
    MemorySegment columns = edges.columns();
    long first = edges.pointer(node);
    long count = edges.pointer(node + 1L) - first;
    int asked = (int) Math.min(count, ASKED);
    int found = 0;
    for (int i = 0; i < asked; i++) {
      int neighbour = HopEdges.column(columns, first + (count <= ASKED ? i : i * count / ASKED));
      heard[found] = labels[neighbour];
      found += neighbour == node ? 0 : 1;
    }
    return found;
  }

  /// The most frequent label, of equal ones the lowest, so that neighbours choose alike.
  private static int favourite(int own, int[] heard, int count, int[] votes) {
    int distinct = 0;
    for (int i = 0; i < count; i++) {
      int label = heard[i];
      int at = 0;
      while (at < distinct && heard[at] != label) {
        at++;
      }
      if (at == distinct) { // never behind i
        heard[at] = label;
        votes[at] = 0;
        distinct++;
      }
      votes[at]++;
    }
    int best = own;
    int most = 0;
    for (int at = 0; at < distinct; at++) {
      if (votes[at] > most || (votes[at] == most && heard[at] < best)) {
        best = heard[at];
        most = votes[at];
      }
    }
    return best;
  }

  private void move(int piece) {
    int to = (int) Math.min(edges.nodes(), (piece + 1L) * PIECE);
    for (int node = piece * PIECE; node < to; node++) {
      int label = labels[node];
      int better = wanted[node];
      if (better != label && sizes[better] < MOST_NODES) {
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
