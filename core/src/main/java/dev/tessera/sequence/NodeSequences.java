package dev.tessera.sequence;

import dev.tessera.tensor.TokenIds;
import java.util.OptionalInt;

/// Sequences of nodes as sequences of tokens: every node stands as its ids, such as those of the
/// levels of its code ([dev.tessera.vq] numbers levels without gaps), and, where asked for, one
/// more token whose embedding is made of the node's features (GQT). Immutable and thread-safe.
///
/// @param pad stands for a place without a node, among nodes and among ids; below 0
/// @param feature the id that follows those of each node, if one does
public record NodeSequences(int pad, OptionalInt feature) {
  /// Checks that a pad is no node.
  public NodeSequences {
    if (pad >= 0) {
      throw new IllegalArgumentException("a pad is below 0, not " + pad);
    }
  }

  /// Sequences of the nodes' ids alone.
  public static NodeSequences of(int pad) {
    return new NodeSequences(pad, OptionalInt.empty());
  }

  /// These sequences with one more id behind those of each node.
  public NodeSequences withFeature(int id) {
    return new NodeSequences(pad, OptionalInt.of(id));
  }

  /// The ids of sequences of nodes; a pad gives as many pads as a node has ids.
  ///
  /// @param nodes `[n x length]`
  /// @param nodeIds the ids of every node, `[nodes x m]`
  /// @return `[n x length * m]`, or `[n x length * (m + 1)]` with the id of features
  /// @throws IllegalArgumentException if a node is neither one of these nor a pad: names its place
  public TokenIds write(TokenIds nodes, TokenIds nodeIds) {
    int codes = nodeIds.columns();
    int width = codes + (feature.isPresent() ? 1 : 0);
    TokenIds ids = TokenIds.allocate(nodes.rows(), Math.multiplyExact(nodes.columns(), width));
    for (long row = 0; row < nodes.rows(); row++) {
      for (int place = 0; place < nodes.columns(); place++) {
        int node = nodes.get(row, place);
        boolean isPad = isPad(row, place, node, nodeIds.rows());
        for (int column = 0; column < codes; column++) {
          ids.set(row, place * width + column, isPad ? pad : nodeIds.get(node, column));
        }
        if (feature.isPresent()) {
          ids.set(row, place * width + codes, isPad ? pad : feature.getAsInt());
        }
      }
    }
    return ids;
  }

  private boolean isPad(long row, int place, int node, long count) {
    if (node != pad && (node < 0 || node >= count)) {
      throw new IllegalArgumentException(
          "row %d, place %d: the node %d is outside [0, %d), and not the pad %d"
              .formatted(row, place, node, count, pad));
    }
    return node == pad;
  }
}
