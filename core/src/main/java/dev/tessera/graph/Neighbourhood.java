package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// The nodes within some hops of others, found by breadth-first search along the rows of the graph:
/// in an undirected graph everything near, in a directed one what leads to the seeds.
///
/// @param nodes `[n x 1]`, the nearest first, of equally near ones the lowest first; the seeds
///   themselves, without duplicates, begin it
/// @param distances `[n x 1]`, the hops to each from the nearest seed
public record Neighbourhood(TokenIds nodes, TokenIds distances) {
  /// The nodes at most `hops` from any of `seeds`. Costs the edges of their rows, and memory for 4
  /// bytes a node of the graph.
  ///
  /// @param seeds `[m x 1]`
  /// @param hops at least 0
  /// @throws IllegalArgumentException if a seed is no node of the graph; names its row
  public static Neighbourhood within(Graph graph, TokenIds seeds, int hops) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, seeds);
    checkHops(hops);
    BreadthFirst search = new BreadthFirst(adjacency);
    int count = search.run(seeds, hops, Integer.MAX_VALUE);
    int[] nodes = new int[count];
    int[] distances = new int[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = search.node(i);
      distances[i] = search.distance(i);
    }
    return new Neighbourhood(TokenIds.of(nodes), TokenIds.of(distances));
  }

  /// For each of `starts` the nodes at most `hops` from it, as [#within] lists them, the start
  /// first; cut off behind `length`, filled with pads up to there.
  ///
  /// @param starts `[n x 1]`
  /// @param hops at least 0
  /// @param length at least 1
  /// @param pad stands where there is no node; below 0
  /// @param threads how many work; changes no result, and each holds 8 bytes a node of the graph
  /// @return `[n x length]`
  /// @throws IllegalArgumentException if a start is no node of the graph; names its row
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public static TokenIds nearest(
      Graph graph, TokenIds starts, int hops, int length, int pad, int threads) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, starts);
    checkHops(hops);
    if (length < 1) {
      throw new IllegalArgumentException("at least the first node is listed, not " + length);
    }
    NodeBatches.checkPad(pad);
    NodeBatches.checkThreads(threads);
    TokenIds lists = TokenIds.allocate(starts.rows(), length);
    NodeBatches.run(
        threads,
        starts.rows(),
        () -> {
          BreadthFirst search = new BreadthFirst(adjacency);
          return row -> {
            int count = search.run(starts.slice(row, row + 1), hops, length);
            for (int place = 0; place < length; place++) {
              lists.set(row, place, place < count ? search.node(place) : pad);
            }
          };
        });
    return lists;
  }

  private static void checkHops(int hops) {
    if (hops < 0) {
      throw new IllegalArgumentException("a neighbourhood has at least 0 hops, not " + hops);
    }
  }

  /// The nodes by ascending number, as PyTorch Geometric's `k_hop_subgraph` lists them.
  public TokenIds ascending() {
    int[] sorted = nodes.toArray();
    Arrays.sort(sorted);
    return TokenIds.of(sorted);
  }

  /// The part of `graph` that lies between the nodes of this neighbourhood, in its order: the seeds
  /// are its first nodes.
  ///
  /// @param graph the graph that this neighbourhood was found in
  public Subgraph subgraph(Graph graph) {
    return Subgraph.induced(graph, nodes);
  }
}
