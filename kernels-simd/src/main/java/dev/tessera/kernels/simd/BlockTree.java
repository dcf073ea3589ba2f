package dev.tessera.kernels.simd;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A 16-ary tree of bounding boxes over a codebook of few dimensions, laid out for vector loads.
///
/// Codewords are put in the order of a kd-tree ([BlockOrder]). Block `b` of that order, positions
/// `16b` to `16b + 15`, is a *leaf*. Node `n` of level 1 holds leaves `16n` to `16n + 15`, node `n`
/// of level 2 the nodes `16n` to `16n + 15` of level 1, and so on, until at most [#MOST_TOP_NODES]
/// nodes are left. All nodes but the last of a level are full, so children need no pointers. In
/// memory, in float32, each part aligned to 64 bytes:
///
/// * codewords `[leaf][depth][16]`: one vector of 16 lanes is one coordinate of a leaf's codewords;
/// * boxes of level l `[node][depth][low, high][16]`: the least and the greatest coordinate of all
///   codewords below each of the node's 16 children. These are coordinates of codewords, not
///   rounded, so that the distance to a box suffers no cancellation.
///
/// `depth` is the dimension, padded with zeros to what the next [TreeTile] has. Lanes that stand
/// for no codeword or no child are infinitely far away from everything. Immutable.
///
/// Boxes beat balls: with 32768 codewords in 4 correlated dimensions a point looks into 3.8 leaves,
/// with balls into 32, because the nearest box leads to the right leaf in 64 % of cases, the
/// nearest centre in 28 %. Splits at the axis of the greatest variance beat those along principal
/// directions (3.8 leaves against 46).
final class BlockTree {
  /// Children of a node, codewords of a leaf.
  static final int FANOUT = 16;

  /// A node's number shares 32 bits with a point's place among [TreeScratch#POINTS].
  static final int MOST_CODES = 1 << (Integer.SIZE - TreeScratch.POINT_BITS);

  /// More nodes on the highest level cost more tests, fewer cost one more level. One or two nodes
  /// measured best: 32768 x 4 takes 3.5 ms a 65,536 points, with up to eight top nodes 5.4 ms.
  static final int MOST_TOP_NODES = 2;

  private static final long ALIGNMENT_BYTES = 64;
  private static final int BOX_SIDES = 2;

  private final int codes;
  private final int dim;
  private final int depth;
  private final int[] order;
  private final MemorySegment codewords;
  private final MemorySegment[] boxes;
  private final int[] nodes;
  private final int levels;

  private BlockTree(FloatMatrix codebook, Arena arena) {
    codes = Math.toIntExact(codebook.rows());
    dim = codebook.columns();
    depth = TreeTile.depthFor(dim);
    float[] rows = codebook.toArray();
    order = BlockOrder.of(rows, codes, dim);
    int leaves = Math.ceilDiv(codes, FANOUT);
    nodes = new int[1 + Integer.SIZE / 4];
    nodes[0] = leaves;
    codewords = arena.allocate(bytes(leaves, 1), ALIGNMENT_BYTES);
    float[] low = new float[leaves * depth];
    float[] high = new float[leaves * depth];
    packLeaves(rows, low, high);
    boxes = new MemorySegment[nodes.length];
    int level = 0;
    do {
      level++;
      nodes[level] = Math.ceilDiv(nodes[level - 1], FANOUT);
      boxes[level] = arena.allocate(bytes(nodes[level], BOX_SIDES), ALIGNMENT_BYTES);
      float[] nodeLow = new float[nodes[level] * depth];
      float[] nodeHigh = new float[nodes[level] * depth];
      packBoxes(level, low, high, nodeLow, nodeHigh);
      low = nodeLow;
      high = nodeHigh;
    } while (nodes[level] > MOST_TOP_NODES);
    levels = level;
  }

  /// A tree over `codebook [K x dim]`, whose memory lives as long as `arena`. Takes some `20 ns * K
  /// * log2(K) / 16`: 6 ms for 32768 x 4.
  ///
  /// @param codebook 1 to [#MOST_CODES] finite rows of 1 to [TreeTile#MOST_DIMENSIONS] columns
  static BlockTree of(FloatMatrix codebook, Arena arena) {
    if (codebook.rows() > MOST_CODES || codebook.columns() > TreeTile.MOST_DIMENSIONS) {
      throw new IllegalArgumentException(
          "a block tree holds at most %d codewords of %d dimensions, not %d of %d"
              .formatted(
                  MOST_CODES, TreeTile.MOST_DIMENSIONS, codebook.rows(), codebook.columns()));
    }
    return new BlockTree(codebook, arena);
  }

  private long bytes(int blocks, int sides) {
    return (long) blocks * depth * sides * FANOUT * Float.BYTES;
  }

  private void packLeaves(float[] rows, float[] low, float[] high) {
    float[] block = new float[depth * FANOUT];
    for (int leaf = 0; leaf < nodes[0]; leaf++) {
      int first = leaf * FANOUT;
      int members = Math.min(FANOUT, codes - first);
      for (int k = 0; k < depth; k++) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int lane = 0; lane < FANOUT; lane++) {
          float value = Float.POSITIVE_INFINITY;
          if (lane < members) {
            value = k < dim ? rows[order[first + lane] * dim + k] : 0;
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
          }
          block[k * FANOUT + lane] = value;
        }
        low[leaf * depth + k] = least;
        high[leaf * depth + k] = greatest;
      }
      put(block, codewords, leaf);
    }
  }

  private void packBoxes(int level, float[] low, float[] high, float[] nodeLow, float[] nodeHigh) {
    float[] block = new float[depth * BOX_SIDES * FANOUT];
    for (int node = 0; node < nodes[level]; node++) {
      int first = node * FANOUT;
      int children = Math.min(FANOUT, nodes[level - 1] - first);
      for (int k = 0; k < depth; k++) {
        float least = Float.POSITIVE_INFINITY;
        float greatest = Float.NEGATIVE_INFINITY;
        for (int lane = 0; lane < FANOUT; lane++) {
          float from = Float.POSITIVE_INFINITY;
          float to = Float.NEGATIVE_INFINITY;
          if (lane < children) {
            from = low[(first + lane) * depth + k];
            to = high[(first + lane) * depth + k];
            least = Math.min(least, from);
            greatest = Math.max(greatest, to);
          }
          block[(k * BOX_SIDES) * FANOUT + lane] = from;
          block[(k * BOX_SIDES + 1) * FANOUT + lane] = to;
        }
        nodeLow[node * depth + k] = least;
        nodeHigh[node * depth + k] = greatest;
      }
      put(block, boxes[level], node);
    }
  }

  private static void put(float[] block, MemorySegment target, int index) {
    MemorySegment.copy(
        MemorySegment.ofArray(block),
        0,
        target,
        (long) index * block.length * Float.BYTES,
        (long) block.length * Float.BYTES);
  }

  int codes() {
    return codes;
  }

  int dim() {
    return dim;
  }

  int depth() {
    return depth;
  }

  /// The number of levels of boxes; level 0 are the leaves.
  int levels() {
    return levels;
  }

  /// The number of nodes of a level.
  int nodes(int level) {
    return nodes[level];
  }

  MemorySegment codewords() {
    return codewords;
  }

  MemorySegment boxes(int level) {
    return boxes[level];
  }

  /// The id of the codeword at a position of the tree's order.
  int code(int position) {
    return order[position];
  }

  /// Bytes held: one copy of the codewords, an eighth of that for the boxes, and the order.
  long sizeBytes() {
    long size = codewords.byteSize() + (long) codes * Integer.BYTES;
    for (int level = 1; level <= levels; level++) {
      size += boxes[level].byteSize();
    }
    return size;
  }
}
