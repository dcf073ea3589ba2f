package dev.tessera.graph;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The undirected simple graph below a graph: two nodes are neighbours if an edge leads from either
/// to the other, once, and no node is its own neighbour.
final class Undirected {
  private static final ValueLayout.OfLong ROW_POINTER = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt COLUMN = ValueLayout.JAVA_INT_UNALIGNED;
  private static final int NONE = Integer.MAX_VALUE;

  private Undirected() {}

  /// A copy, with rows in ascending order.
  static Adjacency of(Graph graph) {
    Graph loopless = graph.withSelfLoops(SelfLoops.REMOVE);
    Graph turned = loopless.transposed();
    Adjacency in = Adjacency.of(loopless.isSorted() ? loopless : turned.transposed());
    Adjacency out = Adjacency.of(turned);
    MemorySegment rowPointers = Arena.ofAuto().allocate((in.nodes() + 1L) * Long.BYTES, 64);
    long edges = 0;
    for (int node = 0; node < in.nodes(); node++) {
      edges += mergeRow(in, out, node, null, 0);
      rowPointers.set(ROW_POINTER, (node + 1L) * Long.BYTES, edges);
    }
    MemorySegment columns = Arena.ofAuto().allocate(edges * Integer.BYTES, 64);
    long edge = 0;
    for (int node = 0; node < in.nodes(); node++) {
      edge += mergeRow(in, out, node, columns, edge);
    }
    return new Adjacency(rowPointers, columns, in.nodes());
  }

  /// Merges the rows of `node` in both graphs, which ascend, and writes them from `edge` on, unless
  /// `columns` is null.
  ///
  /// @return how many neighbours there are
  private static long mergeRow(
      Adjacency in, Adjacency out, int node, @Nullable MemorySegment columns, long edge) {
    long a = in.begin(node);
    long b = out.begin(node);
    long endA = in.end(node);
    long endB = out.end(node);
    long count = 0;
    while (a < endA || b < endB) {
      int left = a < endA ? in.neighbour(a) : NONE;
      int right = b < endB ? out.neighbour(b) : NONE;
      int next = Math.min(left, right);
      if (columns != null) {
        columns.set(COLUMN, (edge + count) * Integer.BYTES, next);
      }
      count++;
      while (a < endA && in.neighbour(a) == next) {
        a++;
      }
      while (b < endB && out.neighbour(b) == next) {
        b++;
      }
    }
    return count;
  }
}
