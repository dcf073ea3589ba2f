package dev.tessera.kernels.simd;

import static java.nio.ByteOrder.nativeOrder;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The nearest codeword in few dimensions, exactly: a descent through a [BlockTree] for each point,
/// in steps that [TreeScratch#POINTS] points take together.
///
/// 1. *Locate*: from the highest level down, the distances to a node's 16 children, and on to the
///    nearest. The leaf at the end gives a first upper bound.
/// 2. *Look around*, from the lowest level up: the path's siblings, whose distances are known, are
///    entered where they are within the bound. All points' pairs of (point, node) go through each
///    level as one list, so no branch waits for data and the processor overlaps the points. Then
///    the bounds are tightened.
/// 3. *Finish*: a point with one codeword within its threshold has found it. Else all codewords
///    within the threshold are listed and compared in float64, by the definition.
///
/// ## Why the ids are exact
///
/// Let u = 2^-24, v = 2^-53, D the depth, s_j the real squared distance of codeword j, D_j the
/// definition's float64 value, and S_j the float32 value computed here. Each term of S_j has a
/// rounded difference, squared, and at most D roundings of the fma chain, so without underflow `s_j
/// (1 - u)^(D+2) <= S_j <= s_j (1 + u)^(D+2)`, and likewise for D_j with v. The distance B to a box
/// that holds j is the same chain over `max(low - x, x - high, 0)`, whose operands are coordinates
/// of codewords and whose real value is at most `|x - c|`: hence `B <= s_j (1 + u)^(D+2)` too. Let
/// j be the definition's choice, or any codeword tied with it, and b any codeword with S_b known.
/// Then `D_j <= D_b` and
///
/// ```
/// max(S_j, B) <= s_j (1 + u)^(D+2) <= D_j (1 + u)^(D+2) / (1 - v)^(D+2)
///             <= D_b (1 + u)^(D+2) / (1 - v)^(D+2)
///             <= S_b ((1 + u) / (1 - u))^(D+2) ((1 + v) / (1 - v))^(D+2)
///             <= S_b (1 + (2D + 5) u)                                      for D <= 16
/// ```
///
/// An underflow adds at most 2^-150 at each of D steps, on either side: less than 2^-140 in all. So
/// with the threshold `T = fma(S_b, 1 + (2D+8) u, 2^-126)`, whose own rounding costs another u,
/// neither a box that holds j nor j itself is ever beyond T. An overflow to infinity happens to
/// values above every finite T; a point whose T is not finite is searched for in float64 alone.
///
/// The argument never leans on the tree: order, fan-out and path decide speed alone. Immutable;
/// each worker brings a scratch of its own.
final class TreeDescent {
  private final BlockTree tree;
  private final TreeTile tile;

  TreeDescent(BlockTree tree) {
    this.tree = tree;
    this.tile = TreeTile.ofDepth(tree.depth());
  }

  /// Finds the position of the nearest codeword of each of the scratch's points.
  void find(TreeScratch scratch) {
    int levels = tree.levels();
    locate(scratch);
    for (int level = 1; level <= levels; level++) {
      int count = besidePath(scratch, level, level < levels ? 1 : tree.nodes(levels));
      if (count > 0) {
        visit(scratch, level - 1, count);
        tighten(scratch);
      }
    }
    finish(scratch);
    scratch.searched += scratch.rows;
  }

  /// Goes down to the nearest node of each level and starts the points' states with its leaf.
  void locate(TreeScratch scratch) {
    int levels = tree.levels();
    tile.locate(tree.boxes(levels), tree.nodes(levels), scratch, levels);
    for (int level = levels - 1; level > 0; level--) {
      tile.locate(tree.boxes(level), 1, scratch, level);
    }
    tile.start(tree.codewords(), scratch);
  }

  /// Lists the nodes of the level below that are within their point's threshold, the path excepted.
  private static int besidePath(TreeScratch scratch, int level, int groups) {
    float[] bounds = scratch.bounds[level];
    float[] thresholds = scratch.thresholds;
    int[] path = scratch.path[level];
    int[] list = scratch.pairs[level - 1];
    int rows = scratch.rows;
    int end = 0;
    for (int p = 0; p < rows; p++) {
      for (int lane = 0; lane < groups * BlockTree.FANOUT; lane += TreeTile.LANES) {
        FloatVector distances =
            FloatVector.fromArray(TreeTile.FLOATS, bounds, p * groups * BlockTree.FANOUT + lane);
        int firstPair = p << TreeTile.NODE_BITS | (path[p] * BlockTree.FANOUT + lane);
        VectorMask<Integer> near =
            distances.compare(VectorOperators.LE, thresholds[p]).cast(TreeTile.INTS);
        TreeTile.LANE.add(firstPair).compress(near).intoArray(list, end);
        end += near.trueCount();
      }
    }
    return end;
  }

  /// Takes the leaves below the first `count` pairs of a level into the states of their points.
  private void visit(TreeScratch scratch, int level, int count) {
    if (level == 0) {
      tile.visit(tree.codewords(), scratch, count);
      scratch.leafTests += count;
      return;
    }
    for (int from = 0; from < count; from += TreeScratch.SLICE) {
      int to = Math.min(count, from + TreeScratch.SLICE);
      int children = tile.expand(tree.boxes(level), scratch, level, from, to);
      visit(scratch, level - 1, children);
    }
    scratch.boxTests += count;
  }

  private static void tighten(TreeScratch scratch) {
    MemorySegment state = scratch.state;
    int rows = scratch.rows;
    for (int p = 0; p < rows; p++) {
      int nearest = Integer.MAX_VALUE;
      for (int v = 0; v < TreeTile.VECTORS; v++) {
        long at = p * TreeScratch.STATE_BYTES + v * TreeTile.VECTOR_BYTES;
        IntVector best = IntVector.fromMemorySegment(TreeTile.INTS, state, at, nativeOrder());
        nearest = Math.min(nearest, best.reduceLanes(VectorOperators.MIN));
      }
      scratch.thresholds[p] = scratch.threshold(nearest);
    }
  }

  private void finish(TreeScratch scratch) {
    int unsure = 0;
    for (int p = 0; p < scratch.rows; p++) {
      int within = 0;
      int lane = 0;
      for (int v = 0; v < TreeTile.VECTORS; v++) {
        long at = p * TreeScratch.STATE_BYTES + v * TreeTile.VECTOR_BYTES;
        float threshold = scratch.thresholds[p];
        // Non-negative floats are ordered like their bits; a negative threshold is below them all.
        int thresholdBits = Float.floatToRawIntBits(threshold);
        VectorMask<Integer> best =
            IntVector.fromMemorySegment(TreeTile.INTS, scratch.state, at, nativeOrder())
                .compare(VectorOperators.LE, thresholdBits);
        VectorMask<Integer> second =
            IntVector.fromMemorySegment(
                    TreeTile.INTS, scratch.state, at + TreeScratch.SECOND, nativeOrder())
                .compare(VectorOperators.LE, thresholdBits);
        int bestWithin = best.trueCount();
        within += bestWithin + second.trueCount();
        if (bestWithin > 0) {
          lane = v * TreeTile.LANES + best.firstTrue();
        }
      }
      long at = p * TreeScratch.STATE_BYTES + TreeScratch.LEAF + (long) lane * Integer.BYTES;
      int leaf = scratch.state.get(ValueLayout.JAVA_INT, at);
      scratch.positions[p] = leaf * BlockTree.FANOUT + lane;
      if (within != 1) {
        scratch.unsure[unsure++] = p;
      }
    }
    if (unsure > 0) {
      resolve(scratch, unsure);
    }
  }

  /// Decides in float64 for the first `count` points that are listed as unsure.
  private void resolve(TreeScratch scratch, int count) {
    int levels = tree.levels();
    int end = 0;
    for (int i = 0; i < count; i++) {
      int p = scratch.unsure[i];
      scratch.distances[p] = Double.POSITIVE_INFINITY;
      if (scratch.thresholds[p] == TreeScratch.OVERFLOWN) {
        for (int position = 0; position < tree.codes(); position++) {
          compare(scratch, p, position);
        }
      } else {
        for (int node = 0; node < tree.nodes(levels); node++) {
          scratch.pairs[levels][end++] = p << TreeTile.NODE_BITS | node;
        }
      }
    }
    resolve(scratch, levels, end);
    scratch.resolved += count;
  }

  /// Compares all codewords within their point's threshold below the first `count` pairs of a
  /// level.
  private void resolve(TreeScratch scratch, int level, int count) {
    for (int from = 0; from < count; from += TreeScratch.SLICE) {
      int to = Math.min(count, from + TreeScratch.SLICE);
      if (level > 0) {
        int children = tile.expand(tree.boxes(level), scratch, level, from, to);
        resolve(scratch, level - 1, children);
      } else {
        int candidates = tile.candidates(tree.codewords(), scratch, from, to);
        for (int i = 0; i < candidates; i++) {
          int pair = scratch.candidates[i];
          compare(scratch, pair >>> TreeTile.NODE_BITS, pair & TreeTile.NODE_MASK);
        }
      }
    }
  }

  /// Makes the codeword at a position the point's choice if the definition prefers it.
  private void compare(TreeScratch scratch, int p, int position) {
    scratch.compared++;
    double distance = distance(scratch, p, position);
    if (distance < scratch.distances[p]
        || (distance == scratch.distances[p]
            && tree.code(position) < tree.code(scratch.positions[p]))) {
      scratch.distances[p] = distance;
      scratch.positions[p] = position;
    }
  }

  /// The definition's float64 distance of a point and the codeword at a position.
  double distance(TreeScratch scratch, int p, int position) {
    int depth = tree.depth();
    long leaf = position / BlockTree.FANOUT * (depth * TreeTile.BLOCK_BYTES);
    long at = leaf + position % BlockTree.FANOUT * (long) Float.BYTES;
    double sum = 0;
    for (int k = 0; k < tree.dim(); k++) {
      float value = tree.codewords().get(ValueLayout.JAVA_FLOAT, at + k * TreeTile.BLOCK_BYTES);
      double difference = (double) scratch.points[p * depth + k] - value;
      sum = Math.fma(difference, difference, sum);
    }
    return sum;
  }
}
