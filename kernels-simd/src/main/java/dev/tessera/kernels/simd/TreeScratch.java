package dev.tessera.kernels.simd;

import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// What a [TreeSearch] knows of the points that it is searching for: at most [#POINTS] at a time,
/// so that all of it stays in the first-level cache. One worker's; allocated once.
final class TreeScratch implements Search.Scratch {
  /// log2 of [#POINTS].
  static final int POINT_BITS = 6;

  /// Points searched for together. 32 to 192 measured alike, within 5 %.
  static final int POINTS = 1 << POINT_BITS;

  /// Bytes of a point's state: vectors of 16 ints: best, second, leaf. Per lane the bits of the
  /// least distance, those of the second least, and the leaf of the least. In native memory, since
  /// a store that crosses a cache line is not forwarded to the load that follows (8 dimensions: 440
  /// ns against 605).
  static final long STATE_BYTES = 3 * TreeTile.BLOCK_BYTES;

  static final long SECOND = TreeTile.BLOCK_BYTES;
  static final long LEAF = 2 * TreeTile.BLOCK_BYTES;

  static final int INFINITY_BITS = 0x7f800000;

  /// The most distances to the nodes of one level that a point keeps.
  static final int MOST_BOUNDS = BlockTree.MOST_TOP_NODES * BlockTree.FANOUT;

  /// The threshold of a point for which float32 is too narrow: nothing is as near as this.
  static final float OVERFLOWN = -1;

  /// Pairs expanded before their children are: no list outgrows [#MOST_PAIRS].
  static final int SLICE = 256;

  static final int MOST_PAIRS = SLICE * BlockTree.FANOUT;

  private static final int ALIGNMENT_BYTES = 64;

  final int depth;
  int rows;

  /// `[POINTS x depth]`.
  final float[] points;

  /// Which rows hold a NaN or an infinity; such a row's point is zero.
  final boolean[] broken = new boolean[POINTS];

  boolean anyBroken;

  final float[] thresholds = new float[POINTS];

  /// For each level and point the node that is searched first.
  final int[][] path;

  /// For each level and point the distances to the nodes beside the path, `[POINTS x 16]`.
  final float[][] bounds;

  final int[][] pairs;
  final int[] candidates = new int[MOST_PAIRS + BlockTree.FANOUT];
  final MemorySegment state;

  /// Where in the tree's order each point's codeword is, once found.
  final int[] positions = new int[POINTS];

  final int[] ids = new int[POINTS];

  /// The points that more than one codeword may be nearest to, and their least float64 distances.
  final int[] unsure = new int[POINTS];

  final double[] distances = new double[POINTS];

  /// Boxes and leaves tested beside those of the path, points resolved in float64, codewords
  /// compared for them, and points searched for, so far.
  long boxTests;

  long leafTests;
  long resolved;
  long compared;
  long searched;

  private final float[] packed;
  private final float window;
  private final float floor;

  TreeScratch(BlockTree tree, float window, float floor) {
    depth = tree.depth();
    this.window = window;
    this.floor = floor;
    points = new float[POINTS * depth];
    packed = new float[POINTS * tree.dim()];
    path = new int[tree.levels() + 1][POINTS];
    pairs = new int[tree.levels() + 1][MOST_PAIRS + BlockTree.FANOUT];
    bounds = new float[tree.levels() + 1][];
    for (int level = 1; level <= tree.levels(); level++) {
      bounds[level] = new float[POINTS * (level < tree.levels() ? BlockTree.FANOUT : MOST_BOUNDS)];
    }
    state = Arena.ofAuto().allocate(POINTS * STATE_BYTES, ALIGNMENT_BYTES);
  }

  /// Counts from here on.
  void forgetCounts() {
    boxTests = 0;
    leafTests = 0;
    resolved = 0;
    compared = 0;
    searched = 0;
  }

  /// The squared distance up to which a codeword may be the nearest when one is known whose
  /// computed distance has these bits.
  float threshold(int bits) {
    float threshold = Math.fma(Float.intBitsToFloat(bits), window, floor);
    return threshold < Float.POSITIVE_INFINITY ? threshold : OVERFLOWN;
  }

  /// Takes rows `from` to `from + count - 1` of `matrix`.
  void load(FloatMatrix matrix, long from, int count) {
    int dim = matrix.columns();
    rows = count;
    float[] target = dim == depth ? points : packed;
    if (matrix.isPacked()) {
      copy(matrix, from, target, 0, count * dim);
    } else {
      for (int p = 0; p < count; p++) {
        copy(matrix, from + p, target, p * dim, dim);
      }
    }
    if (dim != depth) {
      for (int p = 0; p < count; p++) {
        System.arraycopy(packed, p * dim, points, p * depth, dim);
      }
    }
    if (anyBroken) {
      Arrays.fill(broken, false);
    }
    anyBroken = !allFinite();
    if (anyBroken) {
      zeroBrokenRows();
    }
  }

  /// Whether all points are finite, those that an earlier, longer load left behind included.
  private boolean allFinite() {
    FloatVector zero = FloatVector.zero(TreeTile.FLOATS);
    for (int i = 0; i < points.length; i += TreeTile.LANES) {
      FloatVector values = FloatVector.fromArray(TreeTile.FLOATS, points, i);
      zero = zero.add(values.sub(values)); // NaN for a NaN or an infinity
    }
    return zero.compare(VectorOperators.EQ, 0).allTrue();
  }

  private void zeroBrokenRows() {
    for (int p = 0; p < POINTS; p++) {
      for (int k = 0; k < depth; k++) {
        broken[p] |= !Float.isFinite(points[p * depth + k]);
      }
      if (broken[p]) {
        Arrays.fill(points, p * depth, (p + 1) * depth, 0);
      }
    }
  }

  private static void copy(FloatMatrix matrix, long row, float[] target, int to, int count) {
    MemorySegment.copy(
        matrix.segment(),
        ValueLayout.JAVA_FLOAT_UNALIGNED,
        matrix.rowOffsetBytes(row),
        target,
        to,
        count);
  }
}
