package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;

/// Random walks: from a node to one of its neighbours, each edge of its row as likely, and on. A
/// walk that comes to a node without neighbours ends there; pads fill the rest.
///
/// The walks of a node depend on the graph, the node, their number and length, and the seed: they
/// are drawn one after the other from a SplitMix64 generator whose state is the number that comes
/// `node + 1`-th from the generator of the seed. A step from a node with d edges takes edge
/// `below(d)` of its row.
///
/// @param walks how many from each node, at least 1
/// @param length nodes of a walk, the first included, at least 1
/// @param pad stands behind the end of a walk; below 0
/// @param threads how many work on a batch; changes no result
public record RandomWalks(int walks, int length, int pad, int threads) {
  /// Checks counts and pad.
  public RandomWalks {
    if (walks < 1) {
      throw new IllegalArgumentException("a node has at least 1 walk, not " + walks);
    }
    if (length < 1) {
      throw new IllegalArgumentException("a walk has at least 1 node, not " + length);
    }
    NodeBatches.checkPad(pad);
    NodeBatches.checkThreads(threads);
  }

  /// Walks with the pad -1, on all processors.
  public static RandomWalks of(int walks, int length) {
    return new RandomWalks(walks, length, -1, NodeBatches.defaultThreads());
  }

  /// These walks with another pad.
  public RandomWalks withPad(int other) {
    return new RandomWalks(walks, length, other, threads);
  }

  /// These walks, made by another number of threads.
  public RandomWalks withThreads(int count) {
    return new RandomWalks(walks, length, pad, count);
  }

  /// The walks from each of `starts`.
  ///
  /// @param starts `[n x 1]`
  /// @return `[n * walks x length]`: walk w of `starts[i]` in row `i * walks + w`
  /// @throws IllegalArgumentException if a start is no node of the graph; names its row
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public TokenIds sample(Graph graph, TokenIds starts, long seed) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, starts);
    TokenIds sampled = TokenIds.allocate(Math.multiplyExact(starts.rows(), (long) walks), length);
    NodeBatches.run(
        threads,
        starts.rows(),
        () ->
            row -> {
              int start = starts.get(row);
              SplitMix64 random = SplitMix64.ofNode(seed, start);
              for (int walk = 0; walk < walks; walk++) {
                walk(adjacency, start, random, sampled, row * walks + walk);
              }
            });
    return sampled;
  }

  private void walk(
      Adjacency graph, int start, SplitMix64 random, TokenIds sampled, long sampledRow) {
    sampled.set(sampledRow, 0, start);
    int node = start;
    for (int place = 1; place < length; place++) {
      long degree = node == pad ? 0 : graph.degree(node);
      node = degree == 0 ? pad : graph.neighbour(graph.begin(node) + random.below(degree));
      sampled.set(sampledRow, place, node);
    }
  }
}
