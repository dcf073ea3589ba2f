package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// Trees of sampled neighbours, all of one shape, laid out level by level: the centre, its `fanout`
/// children, their children, and so on for `hops` levels. The node sequence of LLaGA's
/// neighbourhood detail template (Chen et al., "LLaGA: Large Language and Graph Assistant", 2024).
///
/// The children of a node are its neighbours: all of them, in the order of its row, followed by
/// pads, if there are at most `fanout`; else `fanout` of them, drawn without replacement, in the
/// order in which they were drawn. A pad's children are pads. A node may well be among its
/// grandchildren.
///
/// The tree of a node depends on the graph, the node, what it avoids and the seed. Places in a row
/// of degree d are drawn by the first `fanout` steps of a Fisher-Yates shuffle of 0 to d - 1 (step
/// i exchanges place i with place `i + below(d - i)`), in the order of the tree, from a SplitMix64
/// generator of the node's own: its state is the number that comes `node + 1`-th from the generator
/// of the seed.
///
/// @param hops levels below the centre, at least 1
/// @param fanout children a node, at least 1
/// @param pad stands where there is no node; below 0, and -500 in LLaGA
/// @param threads how many work on a batch; changes no result
public record NeighbourTree(int hops, int fanout, int pad, int threads) {
  /// The pad of LLaGA.
  public static final int LLAGA_PAD = -500;

  /// Checks that a tree has at least a level and a child, and below 2^31 places.
  public NeighbourTree {
    if (hops < 1) {
      throw new IllegalArgumentException("a tree has at least 1 hop, not " + hops);
    }
    if (fanout < 1) {
      throw new IllegalArgumentException("a node has at least 1 child, not " + fanout);
    }
    NodeBatches.checkPad(pad);
    NodeBatches.checkThreads(threads);
    length(hops, fanout);
  }

  /// Trees with LLaGA's pad, on all processors.
  public static NeighbourTree of(int hops, int fanout) {
    return new NeighbourTree(hops, fanout, LLAGA_PAD, NodeBatches.defaultThreads());
  }

  /// These trees with another pad.
  public NeighbourTree withPad(int other) {
    return new NeighbourTree(hops, fanout, other, threads);
  }

  /// These trees, made by another number of threads.
  public NeighbourTree withThreads(int count) {
    return new NeighbourTree(hops, fanout, pad, count);
  }

  /// The places of a tree: `1 + fanout + fanout^2 + ... + fanout^hops`.
  public int length() {
    return length(hops, fanout);
  }

  private static int length(int hops, int fanout) {
    long length = 1;
    long level = 1;
    for (int hop = 0; hop < hops; hop++) {
      level *= fanout;
      length += level;
      if (length > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a tree of %d hops with %d children a node has more than %d places"
                .formatted(hops, fanout, Integer.MAX_VALUE));
      }
    }
    return (int) length;
  }

  /// A tree for each of `centres`.
  ///
  /// @param centres `[n x 1]`
  /// @return `[n x length]`
  /// @throws IllegalArgumentException if a centre is no node of the graph; names its row
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public TokenIds sample(Graph graph, TokenIds centres, long seed) {
    return sampleAvoiding(graph, centres, null, seed);
  }

  /// As [#sample(Graph, TokenIds, long)], with nodes that are left out among the children of the
  /// centre, as for link prediction the other end of the link that is asked for. Deeper in the tree
  /// they may stand.
  ///
  /// @param avoided `[n x m]`, for each centre up to m nodes; what is below 0 is none
  /// @throws IllegalArgumentException if there are other rows than centres, or a centre is no node
  ///   of the graph
  /// @throws java.util.concurrent.CancellationException if the thread was interrupted
  public TokenIds sample(Graph graph, TokenIds centres, TokenIds avoided, long seed) {
    if (avoided.rows() != centres.rows()) {
      throw new IllegalArgumentException(
          "there are %d centres, and nodes to avoid for %d"
              .formatted(centres.rows(), avoided.rows()));
    }
    return sampleAvoiding(graph, centres, avoided, seed);
  }

  private TokenIds sampleAvoiding(
      Graph graph, TokenIds centres, @Nullable TokenIds avoided, long seed) {
    Adjacency adjacency = Adjacency.of(graph);
    NodeBatches.check(adjacency, centres);
    int length = length();
    TokenIds trees = TokenIds.allocate(centres.rows(), length);
    NodeBatches.run(
        threads,
        centres.rows(),
        () -> {
          TreeGrower grower = new TreeGrower(adjacency, this);
          int[] avoidedNodes = new int[avoided == null ? 0 : avoided.columns()];
          return row -> {
            if (avoided != null) {
              avoided.copyRow(row, avoidedNodes, 0);
            }
            int[] tree = grower.grow(centres.get(row), avoidedNodes, seed);
            for (int place = 0; place < length; place++) {
              trees.set(row, place, tree[place]);
            }
          };
        });
    return trees;
  }
}
