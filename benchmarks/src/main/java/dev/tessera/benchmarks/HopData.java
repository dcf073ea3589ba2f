package dev.tessera.benchmarks;

import dev.tessera.graph.Duplicates;
import dev.tessera.graph.EdgeList;
import dev.tessera.graph.Graph;
import dev.tessera.graph.GraphOptions;
import dev.tessera.graph.SelfLoops;
import dev.tessera.tensor.FloatMatrix;
import java.util.SplittableRandom;

/// A graph and the features of its nodes, the same for a shape and [#SEED] on every run.
///
/// @param graph undirected, sorted, with a loop at every node
/// @param features `[nodes x dim]`
record HopData(Graph graph, FloatMatrix features) {
  /// Where all random numbers begin.
  static final long SEED = 20_261_126;

  private static final int COMMUNITY_NODES = 128;
  private static final double INSIDE = 0.8;

  /// Draws the edges and the features.
  static HopData make(HopShape shape) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] names = shuffled(shape.nodes(), random);
    int[] sources = new int[shape.pairs()];
    int[] targets = new int[shape.pairs()];
    for (int pair = 0; pair < shape.pairs(); pair++) {
      long drawn =
          switch (shape.kind()) {
            case RMAT -> recursive(shape.nodes(), random);
            case COMMUNITIES -> near(shape.nodes(), random);
          };
      sources[pair] = names[(int) (drawn >>> 32)];
      targets[pair] = names[(int) drawn];
    }
    GraphOptions options =
        GraphOptions.UNDIRECTED
            .withNodes(shape.nodes())
            .withDuplicates(Duplicates.FIRST)
            .withSelfLoops(SelfLoops.SET);
    Graph graph = Graph.of(EdgeList.of(sources, targets), options);
    FloatMatrix features = FloatMatrix.allocate(shape.nodes(), shape.dim());
    for (int row = 0; row < shape.nodes(); row++) {
      for (int i = 0; i < shape.dim(); i++) {
        features.set(row, i, (float) random.nextGaussian());
      }
    }
    return new HopData(graph, features);
  }

  private static int[] shuffled(int count, SplittableRandom random) {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      int other = random.nextInt(i + 1);
      values[i] = values[other];
      values[other] = i;
    }
    return values;
  }

  /// A pair of nodes, one in each half of the result.
  private static long recursive(int nodes, SplittableRandom random) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(nodes - 1);
    while (true) {
      long source = 0;
      long target = 0;
      for (int bit = 0; bit < bits; bit++) {
        double quadrant = random.nextDouble();
        source = 2 * source + (quadrant >= .76 ? 1 : 0);
        target = 2 * target + ((quadrant >= .57 && quadrant < .76) || quadrant >= .95 ? 1 : 0);
      }
      if (source < nodes && target < nodes) {
        return source << 32 | target;
      }
    }
  }

  private static long near(int nodes, SplittableRandom random) {
    long source = random.nextInt(nodes);
    long first = source / COMMUNITY_NODES * COMMUNITY_NODES;
    long size = Math.min(COMMUNITY_NODES, nodes - first);
    long target =
        random.nextDouble() < INSIDE ? first + random.nextInt((int) size) : random.nextInt(nodes);
    return source << 32 | target;
  }
}
