package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// Samples the surroundings of nodes for a graph neural network, as PyTorch Geometric's
/// `NeighborLoader` does, whose subgraphs GraphGPT reads (2 hops of 10 neighbours).
///
/// Hop after hop, each node that the last hop brought in, in the order of its arrival, gets up to
/// `fanouts[hop]` of its neighbours: all of them in the order of its row if there are not more,
/// else so many drawn without replacement, in the order drawn. What was not there before joins the
/// list of nodes.
///
/// Draws are those of [NeighbourTree], from one SplitMix64 generator for all seeds of a call, whose
/// state is the number that comes first from the generator of the seed.
public final class NeighbourSampler {
  private final int[] fanouts;

  private NeighbourSampler(int[] fanouts) {
    this.fanouts = fanouts;
  }

  /// A sampler of so many hops as there are fanouts, each at least 1.
  public static NeighbourSampler of(int... fanouts) {
    for (int fanout : fanouts) {
      if (fanout < 1) {
        throw new IllegalArgumentException(
            "each hop takes at least 1 neighbour, not " + Arrays.toString(fanouts));
      }
    }
    return new NeighbourSampler(fanouts.clone());
  }

  /// The surroundings of `seeds`.
  ///
  /// @param seeds `[m x 1]`
  /// @return the nodes in the order of their arrival, the seeds, without duplicates, first; the row
  ///   of a node lists the neighbours drawn for it, in the order drawn; the rows of the last hop's
  ///   nodes are empty
  /// @throws IllegalArgumentException if a seed is no node of the graph; names its row
  public Subgraph sample(Graph graph, TokenIds seeds, long seed) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, seeds);
    SubgraphBuilder builder = new SubgraphBuilder();
    for (long row = 0; row < seeds.rows(); row++) {
      builder.place(seeds.get(row));
    }
    SplitMix64 random = SplitMix64.ofNode(seed, 0);
    int begin = 0;
    for (int fanout : fanouts) {
      RowSample sample = new RowSample(adjacency, fanout);
      int end = builder.nodes();
      for (int place = begin; place < end; place++) {
        int drawn = sample.draw(random, builder.node(place), RowSample.NONE);
        for (int i = 0; i < drawn; i++) {
          builder.addEdge(builder.place(sample.node(i)));
        }
        builder.endRow();
      }
      begin = end;
    }
    return builder.build();
  }
}
