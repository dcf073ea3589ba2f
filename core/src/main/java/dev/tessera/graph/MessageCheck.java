package dev.tessera.graph;

import dev.tessera.kernel.EdgeMessages;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Holds edge features to the graph and the node features that they go with.
final class MessageCheck {
  private MessageCheck() {}

  static void check(long edges, FloatMatrix features, EdgeMessages messages) {
    FloatMatrix table = messages.table();
    if (table.columns() != features.columns()) {
      throw new IllegalArgumentException(
          "the features have %d columns, the edges' table has %d"
              .formatted(features.columns(), table.columns()));
    }
    MemorySegment kinds = messages.kinds();
    if (kinds == null) {
      if (table.rows() != edges) {
        throw new IllegalArgumentException(
            "a table without kinds has a row an edge: %d, not %d".formatted(edges, table.rows()));
      }
      return;
    }
    if (kinds.byteSize() != edges * Integer.BYTES) {
      throw new IllegalArgumentException(
          "%d edges have %d bytes of int32 kinds, not %d"
              .formatted(edges, edges * Integer.BYTES, kinds.byteSize()));
    }
    for (long edge = 0; edge < edges; edge++) {
      int kind = kinds.get(ValueLayout.JAVA_INT_UNALIGNED, edge * Integer.BYTES);
      if (kind < 0 || kind >= table.rows()) {
        throw new IllegalArgumentException(
            "edge %d is of the kind %d, the table has the rows [0, %d)"
                .formatted(edge, kind, table.rows()));
      }
    }
  }
}
