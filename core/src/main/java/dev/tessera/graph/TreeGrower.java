package dev.tessera.graph;

/// Grows one [NeighbourTree] after the other in the same memory. Not thread-safe.
final class TreeGrower {
  private final NeighbourTree shape;
  private final int[] tree;
  private final RowSample sample;

  TreeGrower(Adjacency graph, NeighbourTree shape) {
    this.shape = shape;
    tree = new int[shape.length()];
    sample = new RowSample(graph, shape.fanout());
  }

  /// The tree of `centre`; overwritten by the next.
  int[] grow(int centre, int[] avoided, long seed) {
    SplitMix64 random = SplitMix64.ofNode(seed, centre);
    tree[0] = centre;
    int parents = (tree.length - 1) / shape.fanout();
    for (int parent = 0; parent < parents; parent++) {
      int firstChild = 1 + parent * shape.fanout();
      int children =
          tree[parent] == shape.pad()
              ? 0
              : sample.draw(random, tree[parent], parent == 0 ? avoided : RowSample.NONE);
      for (int child = 0; child < shape.fanout(); child++) {
        tree[firstChild + child] = child < children ? sample.node(child) : shape.pad();
      }
    }
    return tree;
  }
}
