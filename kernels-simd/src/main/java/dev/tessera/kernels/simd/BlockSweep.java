package dev.tessera.kernels.simd;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Takes many points through a [BlockTree] node by node: a node's boxes and a leaf's codewords stay
/// in registers while all points that reach them go by, which takes a third of the time of visiting
/// each for every point anew ([TreeDescent]). In [#DEPTH] dimensions.
///
/// A point's threshold may fall while the sweep goes on; what is farther is left out from then on.
final class BlockSweep {
  /// Dimensions of the tree.
  static final int DEPTH = 12;

  /// The most points: more make the lists of a leaf longer and the loops over them cheaper, until
  /// they leave the first-level cache.
  static final int POINTS = 512;

  /// What becomes of codewords within the threshold.
  @FunctionalInterface
  interface Visitor {
    /// Takes `count` codewords of a leaf, each `point << 4 | lane`; those of a point stand
    /// together. May lower thresholds.
    void visit(int leaf, int[] found, int count);
  }

  /// Bits of a lane in what is found.
  static final int LANE_BITS = 4;

  private static final int SPARE = BlockTree.FANOUT;

  /// The level whose nodes are tested for all points, and the one below it.
  private static final int TOP = 2;

  private static final int INNER = 1;

  private final TreeTile tile = TreeTile.ofDepth(DEPTH);
  private final BlockTree tree;

  /// `[POINTS][DEPTH]`.
  final float[] points = new float[POINTS * DEPTH];

  /// Squared distances up to which a codeword is of interest to a point.
  final float[] thresholds = new float[POINTS];

  private final int[] all = new int[POINTS + SPARE];
  private final int[] topMasks = new int[POINTS + SPARE];
  private final int[] inNode = new int[POINTS + SPARE];
  private final int[] nodeMasks = new int[POINTS + SPARE];
  private final int[] inLeaf = new int[POINTS + SPARE];
  private final int[] found = new int[POINTS * BlockTree.FANOUT + SPARE];
  private final int[] starts;
  private long boxTests;
  private long leafTests;

  /// @param tree has [#DEPTH] dimensions and two levels or more
  BlockSweep(BlockTree tree) {
    this.tree = tree;
    starts = new int[tree.nodes(INNER) + 1];
    for (int p = 0; p < POINTS; p++) {
      all[p] = p;
    }
  }

  /// Pairs of point and node, and of point and leaf, that were tested so far.
  long boxTests() {
    return boxTests;
  }

  long leafTests() {
    return leafTests;
  }

  /// Visits what is within the thresholds of the first `count` points: in each point's node `home`
  /// of level 1 first, so that its threshold is low when the other nodes' turn comes.
  void sweep(int count, int[] home, Visitor visitor) {
    Arrays.fill(starts, 0);
    for (int p = 0; p < count; p++) {
      starts[home[p] + 1]++;
    }
    for (int node = 0; node < tree.nodes(INNER); node++) {
      starts[node + 1] += starts[node];
    }
    for (int p = 0; p < count; p++) {
      nodeMasks[starts[home[p]]++] = p; // the start of a node becomes that of the next
    }
    System.arraycopy(nodeMasks, 0, topMasks, 0, count);
    int from = 0;
    for (int node = 0; node < tree.nodes(INNER); node++) {
      int to = starts[node];
      System.arraycopy(topMasks, from, inNode, 0, to - from);
      visitNode(node, to - from, visitor);
      from = to;
    }
    for (int group = 0; group < tree.nodes(TOP); group++) {
      tile.masks(tree.boxes(TOP), group, points, thresholds, all, count, topMasks);
      Arrays.fill(topMasks, count, count + TreeTile.LANES, 0);
      boxTests += count;
      for (int p = 0; p < count; p++) {
        int lane = home[p] - group * BlockTree.FANOUT;
        topMasks[p] &= lane >= 0 && lane < BlockTree.FANOUT ? ~(1 << lane) : -1;
      }
      int children = Math.min(BlockTree.FANOUT, tree.nodes(INNER) - group * BlockTree.FANOUT);
      for (int lane = 0; lane < children; lane++) {
        int inside = select(all, topMasks, count, 1 << lane, inNode);
        visitNode(group * BlockTree.FANOUT + lane, inside, visitor);
      }
    }
  }

  private void visitNode(int node, int count, Visitor visitor) {
    if (count == 0) {
      return;
    }
    tile.masks(tree.boxes(INNER), node, points, thresholds, inNode, count, nodeMasks);
    Arrays.fill(nodeMasks, count, count + TreeTile.LANES, 0);
    boxTests += count;
    int leaves = Math.min(BlockTree.FANOUT, tree.nodes(0) - node * BlockTree.FANOUT);
    for (int lane = 0; lane < leaves; lane++) {
      int inside = select(inNode, nodeMasks, count, 1 << lane, inLeaf);
      if (inside > 0) {
        int leaf = node * BlockTree.FANOUT + lane;
        int near = tile.near(tree.codewords(), leaf, points, thresholds, inLeaf, inside, found);
        leafTests += inside;
        if (near > 0) {
          visitor.visit(leaf, found, near);
        }
      }
    }
  }

  /// Writes those of the first `count` places whose mask has `bit`, and returns how many there are.
  ///
  /// @param masks zero from `count` to the end of the last vector
  private static int select(int[] places, int[] masks, int count, int bit, int[] selected) {
    int end = 0;
    for (int i = 0; i < count; i += TreeTile.LANES) {
      VectorMask<Integer> has =
          IntVector.fromArray(TreeTile.INTS, masks, i).and(bit).compare(VectorOperators.NE, 0);
      IntVector.fromArray(TreeTile.INTS, places, i).compress(has).intoArray(selected, end);
      end += has.trueCount();
    }
    return end;
  }
}
