package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// Some neighbours of each node, drawn by their degrees, as GraphTranslator picks the neighbours
/// whose texts it shows: all of them if there are at most `draws`; else those that `draws` draws
/// with replacement give, each neighbour as likely as its row is long, and so often fewer than
/// `draws`. They stand in the order of the row; pads fill the rest.
///
/// What is drawn for a node depends on the graph, the node, the number of draws, and the seed. A
/// draw takes the first edge of the row at which the sum of the neighbours' degrees so far is above
/// `below(sum of all)` (of 1 for each, if all are 0), from a SplitMix64 generator whose state is
/// the number that comes `node + 1`-th from the generator of the seed. Costs the row, twice.
///
/// @param draws at least 1; 5 in GraphTranslator
/// @param pad stands where there is no node; below 0
/// @param threads how many work on a batch; changes no result
public record DegreeWeightedNeighbours(int draws, int pad, int threads) {
  /// Checks counts and pad.
  public DegreeWeightedNeighbours {
    if (draws < 1) {
      throw new IllegalArgumentException("at least 1 neighbour is drawn, not " + draws);
    }
    NodeBatches.checkPad(pad);
    NodeBatches.checkThreads(threads);
  }

  /// So many draws, with the pad -1, on all processors.
  public static DegreeWeightedNeighbours of(int draws) {
    return new DegreeWeightedNeighbours(draws, -1, NodeBatches.defaultThreads());
  }

  /// These draws with another pad.
  public DegreeWeightedNeighbours withPad(int other) {
    return new DegreeWeightedNeighbours(draws, other, threads);
  }

  /// These draws by another number of threads.
  public DegreeWeightedNeighbours withThreads(int count) {
    return new DegreeWeightedNeighbours(draws, pad, count);
  }

  /// Neighbours of each of `nodes`.
  ///
  /// @param nodes `[n x 1]`
  /// @return `[n x draws]`
  /// @throws IllegalArgumentException if one is no node of the graph; names its row
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public TokenIds sample(Graph graph, TokenIds nodes, long seed) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, nodes);
    TokenIds sampled = TokenIds.allocate(nodes.rows(), draws);
    NodeBatches.run(
        threads,
        nodes.rows(),
        () -> {
          long[] drawn = new long[draws];
          return row -> {
            int count = draw(adjacency, nodes.get(row), seed, drawn);
            for (int place = 0; place < draws; place++) {
              sampled.set(row, place, place < count ? adjacency.neighbour(drawn[place]) : pad);
            }
          };
        });
    return sampled;
  }

  /// Writes the edges drawn, ascending.
  ///
  /// @return how many
  private int draw(Adjacency graph, int node, long seed, long[] drawn) {
    long begin = graph.begin(node);
    long end = graph.end(node);
    if (end - begin <= draws) {
      Arrays.setAll(drawn, i -> begin + i);
      return (int) (end - begin);
    }
    long total = 0;
    for (long edge = begin; edge < end; edge++) {
      total += graph.degree(graph.neighbour(edge));
    }
    int base = total == 0 ? 1 : 0;
    total = total == 0 ? end - begin : total;
    SplitMix64 random = SplitMix64.ofNode(seed, node);
    for (int i = 0; i < draws; i++) {
      drawn[i] = random.below(total);
    }
    Arrays.sort(drawn);
    int count = 0;
    int next = 0;
    long sum = 0;
    for (long edge = begin; next < draws; edge++) {
      sum += base + graph.degree(graph.neighbour(edge));
      if (drawn[next] < sum) {
        while (next < draws && drawn[next] < sum) {
          next++;
        }
        drawn[count++] = edge; // before `next`: what was there is done with
      }
    }
    return count;
  }
}
