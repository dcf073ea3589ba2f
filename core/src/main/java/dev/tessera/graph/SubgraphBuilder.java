package dev.tessera.graph;

import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// Collects nodes of a graph, numbers them in the order of their arrival, and then edges between
/// them, row by row.
final class SubgraphBuilder {
  private static final int FREE = -1;

  private int[] nodes = new int[16];
  private int nodeCount;

  /// A hash table with linear probing, at most half full, of places in `nodes`.
  private int[] table = new int[64];

  private int[] columns = new int[64];
  private int edgeCount;
  private long[] rowPointers = new long[16];
  private int rowCount;

  SubgraphBuilder() {
    Arrays.fill(table, FREE);
  }

  /// The number of nodes so far.
  int nodes() {
    return nodeCount;
  }

  /// The number in the whole graph of the node at `place`.
  int node(int place) {
    return nodes[place];
  }

  /// The place of `node`, or -1 where it has none.
  int find(int node) {
    return table[slot(node)];
  }

  /// The place of `node`, which gets the next one where it has none.
  int place(int node) {
    int slot = slot(node);
    if (table[slot] != FREE) {
      return table[slot];
    }
    if (nodeCount == nodes.length) {
      nodes = Arrays.copyOf(nodes, 2 * nodeCount);
    }
    nodes[nodeCount] = node;
    table[slot] = nodeCount;
    nodeCount++;
    if (2L * nodeCount > table.length) {
      grow();
    }
    return nodeCount - 1;
  }

  private void grow() {
    table = new int[Math.multiplyExact(2, table.length)];
    Arrays.fill(table, FREE);
    for (int place = 0; place < nodeCount; place++) {
      table[slot(nodes[place])] = place;
    }
  }

  private int slot(int node) {
    int mask = table.length - 1;
    int slot = (node * 0x9e3779b9) >>> 7 & mask;
    while (table[slot] != FREE && nodes[table[slot]] != node) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Adds an edge to the current row.
  void addEdge(int neighbourPlace) {
    if (edgeCount == columns.length) {
      columns = Arrays.copyOf(columns, Math.multiplyExact(2, edgeCount));
    }
    columns[edgeCount++] = neighbourPlace;
  }

  /// Ends the current row, the first of which is that of place 0.
  void endRow() {
    rowCount++;
    if (rowCount == rowPointers.length) {
      rowPointers = Arrays.copyOf(rowPointers, 2 * rowCount);
    }
    rowPointers[rowCount] = edgeCount;
  }

  /// The subgraph; rows that were not ended are empty.
  Subgraph build() {
    long[] pointers = Arrays.copyOf(rowPointers, nodeCount + 1);
    Arrays.fill(pointers, rowCount + 1, nodeCount + 1, edgeCount);
    return new Subgraph(
        Graph.of(pointers, Arrays.copyOf(columns, edgeCount), null),
        TokenIds.of(Arrays.copyOf(nodes, nodeCount)));
  }
}
