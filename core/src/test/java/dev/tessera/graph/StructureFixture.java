package dev.tessera.graph;

import static java.util.Objects.requireNonNull;

import dev.tessera.io.Npz;
import dev.tessera.io.Tensor;
import dev.tessera.tensor.TokenIds;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;

/// What numpy, scipy and PyTorch Geometric found (see `make_structure.py` beside the resource), and
/// graphs made by hand.
final class StructureFixture {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Npz file;

  StructureFixture(Npz file) {
    this.file = file;
  }

  static StructureFixture open() throws IOException {
    return open("structure.npz");
  }

  static StructureFixture open(String name) throws IOException {
    try {
      return new StructureFixture(
          Npz.open(
              Path.of(requireNonNull(StructureFixture.class.getResource(name), name).toURI())));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Graph graph(String name) throws IOException {
    Tensor pointers = file.tensor(name + "_indptr");
    long[] rowPointers = new long[(int) pointers.elements()];
    Arrays.setAll(rowPointers, i -> pointers.segment().get(LONG, 8L * i));
    return Graph.of(rowPointers, ints(name + "_indices"), null);
  }

  TokenIds ids(String name) throws IOException {
    return file.tensor(name).ids();
  }

  int[] ints(String name) throws IOException {
    return ids(name).toArray();
  }

  double[] doubles(String name) throws IOException {
    Tensor tensor = file.tensor(name);
    boolean fortran = tensor.isFortranOrder();
    int rows = (int) tensor.shape()[0];
    int columns = tensor.shape().length == 1 ? 1 : (int) tensor.shape()[1];
    double[] values = new double[rows * columns];
    for (int i = 0; i < values.length; i++) {
      long element = fortran ? (long) (i % columns) * rows + i / columns : i;
      values[i] = tensor.segment().get(DOUBLE, 8 * element);
    }
    return values;
  }

  float[] floats(String name) throws IOException {
    return file.tensor(name).floats().toArray();
  }

  /// The numbers 0 to `count - 1`.
  static TokenIds all(int count) {
    int[] nodes = new int[count];
    Arrays.setAll(nodes, i -> i);
    return TokenIds.of(nodes);
  }

  /// A graph by its undirected edges, two numbers each.
  static Graph undirected(int nodes, int... ends) {
    int[] sources = new int[ends.length / 2];
    int[] targets = new int[ends.length / 2];
    for (int edge = 0; edge < sources.length; edge++) {
      sources[edge] = ends[2 * edge];
      targets[edge] = ends[2 * edge + 1];
    }
    return Graph.of(EdgeList.of(sources, targets), GraphOptions.UNDIRECTED.withNodes(nodes));
  }

  /// A ring.
  static Graph ring(int nodes) {
    int[] ends = new int[2 * nodes];
    for (int node = 0; node < nodes; node++) {
      ends[2 * node] = node;
      ends[2 * node + 1] = (node + 1) % nodes;
    }
    return undirected(nodes, ends);
  }

  /// Node 0 between so many leaves.
  static Graph star(int leaves) {
    int[] ends = new int[2 * leaves];
    for (int leaf = 0; leaf < leaves; leaf++) {
      ends[2 * leaf + 1] = leaf + 1;
    }
    return undirected(leaves + 1, ends);
  }

  /// A graph of no edge.
  static Graph edgeless(int nodes) {
    return Graph.of(new long[nodes + 1], new int[0], null);
  }
}
