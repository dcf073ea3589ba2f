package dev.tessera.graph;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A graph in compressed sparse rows: row v lists the nodes whose features node v collects, which
/// for an edge list are the sources of the edges that lead to v (PyTorch Geometric's rule), and for
/// a sparse matrix `A` the columns of its row v, as in the product `A X`.
///
/// Nodes are 0 to `nodes - 1`, below 2^31; edges may be more than 2^31. Parallel edges and self
/// loops are edges as others are, where [GraphOptions] kept them. An edge is named by its place in
/// the columns. Immutable and safe for use by many threads, as long as nobody writes to memory that
/// it was made over.
public final class Graph {
  private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt COLUMN = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfFloat WEIGHT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private final MemorySegment rowPointers;
  private final MemorySegment columns;
  private final @Nullable MemorySegment weights;
  private final int nodes;
  private final long edges;
  private final boolean sorted;

  /// @param sorted whether each row's columns ascend, equal ones side by side
  Graph(
      MemorySegment rowPointers,
      MemorySegment columns,
      @Nullable MemorySegment weights,
      int nodes,
      long edges,
      boolean sorted) {
    this.rowPointers = rowPointers;
    this.columns = columns;
    this.weights = weights;
    this.nodes = nodes;
    this.edges = edges;
    this.sorted = sorted;
  }

  /// A graph over memory that already holds it, such as mapped files: not copied.
  ///
  /// @param rowPointers int64 `[nodes + 1]`
  /// @param columns int32 `[edges]`, in any order within a row
  /// @param weights float32 `[edges]`; null where every weight is 1
  /// @throws IllegalArgumentException if the pointers do not begin with 0, fall, or do not end with
  ///   the number of columns, a column is no node, or a weight NaN: names the first place
  public static Graph of(
      MemorySegment rowPointers, MemorySegment columns, @Nullable MemorySegment weights) {
    return CsrCheck.check(
        rowPointers, columns, weights, Runtime.getRuntime().availableProcessors());
  }

  /// A graph over arrays, which are not copied.
  ///
  /// @throws IllegalArgumentException as the other `of`
  public static Graph of(long[] rowPointers, int[] columns, float @Nullable [] weights) {
    return of(
        MemorySegment.ofArray(rowPointers),
        MemorySegment.ofArray(columns),
        weights == null ? null : MemorySegment.ofArray(weights));
  }

  /// A graph of listed edges: sorted by row, then by column, whatever their order was. Takes up to
  /// two copies of the result while it sorts.
  ///
  /// @throws IllegalArgumentException if an id is negative or no node, a weight NaN, or a repeated
  ///   edge refused: names the first place
  public static Graph of(EdgeList edges, GraphOptions options) {
    return GraphBuilder.build(edges, options);
  }

  /// The number of nodes.
  public int nodes() {
    return nodes;
  }

  /// The number of edges; of an undirected graph each counts once for either direction.
  public long edges() {
    return edges;
  }

  /// Where each row begins among the edges, and the end: int64 `[nodes + 1]`, at any alignment. Not
  /// to be written to.
  public MemorySegment rowPointers() {
    return rowPointers;
  }

  /// The neighbours, row after row: int32 `[edges]`, at any alignment. Not to be written to.
  public MemorySegment columns() {
    return columns;
  }

  /// The weights of the edges, float32 `[edges]`, at any alignment, or null where each is 1. Not to
  /// be written to.
  public @Nullable MemorySegment weights() {
    return weights;
  }

  /// Whether the edges carry weights other than 1.
  public boolean isWeighted() {
    return weights != null;
  }

  /// Whether each row's neighbours ascend.
  public boolean isSorted() {
    return sorted;
  }

  /// The first edge of `node`'s row.
  public long rowBegin(int node) {
    Objects.checkIndex(node, nodes);
    return rowPointers.get(POINTER, (long) node * Long.BYTES);
  }

  /// One past the last edge of `node`'s row.
  public long rowEnd(int node) {
    Objects.checkIndex(node, nodes);
    return rowPointers.get(POINTER, (node + 1L) * Long.BYTES);
  }

  /// How many edges `node`'s row has.
  public long degree(int node) {
    return rowEnd(node) - rowBegin(node);
  }

  /// The node that `edge` brings features from.
  public int neighbour(long edge) {
    Objects.checkIndex(edge, edges);
    return columns.get(COLUMN, edge * Integer.BYTES);
  }

  /// The weight of `edge`.
  public float weight(long edge) {
    Objects.checkIndex(edge, edges);
    return weights == null ? 1f : weights.get(WEIGHT, edge * Float.BYTES);
  }

  /// Bytes of pointers, columns and weights.
  public long bytes() {
    int edgeBytes = Integer.BYTES + (weights == null ? 0 : Float.BYTES);
    return (nodes + 1L) * Long.BYTES + edges * edgeBytes;
  }

  /// The graph with every edge turned round; its rows are sorted.
  public Graph transposed() {
    return transposed(Runtime.getRuntime().availableProcessors());
  }

  Graph transposed(int threads) {
    return Transposition.of(this, threads);
  }

  /// This graph with other self loops; this one where that changes nothing.
  public Graph withSelfLoops(SelfLoops selfLoops) {
    return withSelfLoops(selfLoops, Runtime.getRuntime().availableProcessors());
  }

  Graph withSelfLoops(SelfLoops selfLoops, int threads) {
    return RowEdit.edit(this, selfLoops, Duplicates.KEEP, threads);
  }

  /// The edges as a list, row after row.
  EdgeList edgeList() {
    TokenIds targets = TokenIds.allocate(edges);
    for (int row = 0; row < nodes; row++) {
      long end = rowEnd(row);
      for (long edge = rowBegin(row); edge < end; edge++) {
        targets.set(edge, 0, row);
      }
    }
    FloatMatrix listed = weights == null ? null : FloatMatrix.of(weights, edges, 1);
    return EdgeList.of(TokenIds.of(columns, edges, 1), targets, listed);
  }

  /// Whether each edge has its opposite, of the same weight: whether the matrix is symmetric. Takes
  /// a transposition.
  public boolean isSymmetric() {
    Graph turned = transposed();
    Graph rows = sorted ? this : turned.transposed();
    MemorySegment otherWeights = turned.weights;
    return rows.rowPointers.asSlice(0, (nodes + 1L) * Long.BYTES).mismatch(turned.rowPointers) < 0
        && rows.columns.asSlice(0, edges * Integer.BYTES).mismatch(turned.columns) < 0
        && (rows.weights == null
            || otherWeights == null
            || rows.weights.asSlice(0, edges * Float.BYTES).mismatch(otherWeights) < 0);
  }

  /// As in `Graph[4 nodes, 6 edges, weighted]`.
  @Override
  public String toString() {
    return "Graph[%d nodes, %d edges%s]"
        .formatted(nodes, edges, weights == null ? "" : ", weighted");
  }
}
