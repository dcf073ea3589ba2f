package dev.tessera.kernels.simd;

import static java.nio.ByteOrder.nativeOrder;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/// Finds the nearest codeword of each point of a chunk through a [PrincipalTree]. One worker's
/// memory, used again for every chunk.
///
/// 1. The nearest leaf's nearest codeword is scored in float32 over all dimensions; its upper bound
///    gives a limit that no winner exceeds, and the limit a threshold for the tree.
/// 2. A [BlockSweep] visits what is within the threshold; each codeword there is scored, kept with
///    its lower bound, and may lower the limit.
/// 3. Where one codeword alone is left within the limit, it is the nearest; else the definition
///    decides among those left.
final class PrunedChunk implements BlockSweep.Visitor {
  /// Codewords scored for a point, on average, before the chunk is given up: so many cost as much
  /// as a screen.
  static final int MOST_SCORED = 16;

  private static final int NONE = -1;

  private final FlatCodebook codebook;
  private final PrincipalTree tree;
  private final TreeDescent descent;
  private final TreeScratch scratch;
  private final BlockSweep sweep;
  private final PointChunk points;
  private final NearestCodes nearest;
  private final int capacity;
  private final int[] order;
  private final float[] block = Projection.newBlock();
  private final float[] projected;
  private final double[] slacks;
  private final int[] homes;
  private final int[] firsts;
  private final float[] uppers;
  private final float[] limits;

  /// The codewords scored, those of a point linked.
  private final int[] heads;

  private final int[] codes;
  private final int[] nexts;
  private final float[] lowers;
  private int scored;
  private boolean givenUp;
  private final float[] bounds = new float[2];

  PrunedChunk(FlatCodebook codebook, PrincipalTree tree, int capacity) {
    this.codebook = codebook;
    this.tree = tree;
    this.capacity = capacity;
    descent = new TreeDescent(tree.tree());
    scratch = new TreeScratch(tree.tree(), 1, 0);
    sweep = new BlockSweep(tree.tree());
    points = new PointChunk(codebook.centred(), codebook.bounds(), capacity);
    nearest = new NearestCodes(codebook.operand());
    order = new int[capacity];
    Arrays.setAll(order, i -> i);
    projected = new float[Projection.POINTS * tree.projection().stride()];
    slacks = new double[capacity];
    homes = new int[capacity];
    firsts = new int[capacity];
    uppers = new float[capacity];
    limits = new float[capacity];
    heads = new int[capacity];
    int records = MOST_SCORED * capacity;
    codes = new int[records];
    nexts = new int[records];
    lowers = new float[records];
  }

  /// The most points, a multiple of what is projected and located at once.
  static int capacity(int dim) {
    int fitting = POINT_FLOATS / dim / TreeScratch.POINTS * TreeScratch.POINTS;
    return Math.clamp(fitting, LEAST_ROWS, BlockSweep.POINTS);
  }

  /// Elements of points that a chunk should not exceed: a quarter of an L2 cache of 1 MB.
  private static final int POINT_FLOATS = 1 << 16;

  /// Fewer points than this do not share a node's registers often enough.
  static final int LEAST_ROWS = 128;

  /// Searches for rows `from` to `from + count - 1`.
  ///
  /// @return false where too many codewords were scored; then no id is written
  boolean search(
      FloatMatrix x, long from, int count, TokenIds ids, @Nullable DoubleMatrix distances) {
    if (count > capacity) {
      throw new IllegalArgumentException(
          "a chunk has at most " + capacity + " points, not " + count);
    }
    scored = 0;
    givenUp = false;
    Arrays.fill(heads, NONE);
    points.load(x, from, order, count);
    project(count);
    locate(count);
    for (int p = 0; p < count; p++) {
      start(p);
    }
    sweep.sweep(count, homes, this);
    if (givenUp) {
      return false;
    }
    for (int p = 0; p < count; p++) {
      decide(p, x, from + p, ids, distances);
    }
    return true;
  }

  private void project(int count) {
    Projection projection = tree.projection();
    int stride = projection.stride();
    int axes = Math.min(stride, PrincipalTree.AXES); // lanes behind the last axis are zero
    for (int row = 0; row < count; row += Projection.POINTS) {
      projection.project(points.rows(), points.start(row), points.stride(), block, projected, 0);
      for (int p = row; p < Math.min(count, row + Projection.POINTS); p++) {
        int to = p * BlockSweep.DEPTH;
        System.arraycopy(projected, (p - row) * stride, sweep.points, to, axes);
        double tail = tree.complete(sweep.points, to, points.square(p));
        slacks[p] = tree.pointSlack(points.norm(p), tail);
      }
    }
  }

  /// Finds for each point the nearest node of level 1, and the nearest codeword of the nearest
  /// leaf.
  private void locate(int count) {
    for (int from = 0; from < count; from += TreeScratch.POINTS) {
      int rows = Math.min(TreeScratch.POINTS, count - from);
      scratch.rows = rows;
      System.arraycopy(
          sweep.points, from * BlockSweep.DEPTH, scratch.points, 0, rows * BlockSweep.DEPTH);
      descent.locate(scratch);
      for (int p = 0; p < rows; p++) {
        homes[from + p] = scratch.path[1][p];
        firsts[from + p] = scratch.path[0][p] * BlockTree.FANOUT + nearestLane(scratch, p);
      }
    }
  }

  private static int nearestLane(TreeScratch scratch, int p) {
    int nearest = Integer.MAX_VALUE;
    for (int v = 0; v < TreeTile.VECTORS; v++) {
      long at = p * TreeScratch.STATE_BYTES + v * TreeTile.VECTOR_BYTES;
      IntVector keys =
          IntVector.fromMemorySegment(TreeTile.INTS, scratch.state, at, nativeOrder())
              .and(-BlockTree.FANOUT)
              .or(TreeTile.LANE.add(v * TreeTile.LANES));
      nearest = Math.min(nearest, keys.reduceLanes(VectorOperators.MIN));
    }
    return nearest & BlockTree.FANOUT - 1;
  }

  private void start(int p) {
    uppers[p] = Float.POSITIVE_INFINITY;
    sweep.thresholds[p] = TreeScratch.OVERFLOWN;
    if (points.fate(p) == PointChunk.Fate.SCREENED) {
      score(p, firsts[p]);
    }
  }

  @Override
  public void visit(int leaf, int[] found, int count) {
    for (int i = 0; i < count && !givenUp; i++) {
      int p = found[i] >>> BlockSweep.LANE_BITS;
      int position = leaf * BlockTree.FANOUT + (found[i] & BlockTree.FANOUT - 1);
      if (position != firsts[p]) {
        score(p, position);
      }
    }
  }

  private void score(int p, int position) {
    if (scored == codes.length) {
      givenUp = true;
      Arrays.fill(sweep.thresholds, TreeScratch.OVERFLOWN);
      return;
    }
    int code = tree.code(position);
    codebook.rows().bound(code, points.rows(), points.start(p), points.norm(p), bounds);
    codes[scored] = code;
    lowers[scored] = bounds[0];
    nexts[scored] = heads[p];
    heads[p] = scored++;
    if (bounds[1] < uppers[p]) {
      uppers[p] = bounds[1];
      limits[p] = codebook.bounds().limit(bounds[1], points.square(p));
      sweep.thresholds[p] = tree.threshold(limits[p], points.square(p), slacks[p]);
    }
  }

  private void decide(
      int p, FloatMatrix x, long row, TokenIds ids, @Nullable DoubleMatrix distances) {
    if (points.fate(p) != PointChunk.Fate.SCREENED) {
      nearest.begin(1);
      nearest.addAll(x, row, 0, codebook.operand().codes());
      nearest.write(ids, distances, row);
      return;
    }
    int within = 0;
    int only = NONE;
    for (int record = heads[p]; record != NONE; record = nexts[record]) {
      if (lowers[record] <= limits[p]) {
        within++;
        only = codes[record];
      }
    }
    if (within == 1 && distances == null && !codebook.outlierWithin(points, p, limits[p])) {
      ids.set(row, 0, only);
      return;
    }
    nearest.begin(1);
    for (int record = heads[p]; record != NONE; record = nexts[record]) {
      if (lowers[record] <= limits[p]) {
        nearest.add(x, row, codes[record]);
      }
    }
    for (int code : codebook.centred().outliers()) {
      nearest.add(x, row, code);
    }
    nearest.write(ids, distances, row);
  }

  /// Codewords scored for the last chunk.
  int scored() {
    return scored;
  }

  /// Pairs of point and node that were tested so far.
  long boxTests() {
    return sweep.boxTests();
  }

  /// Pairs of point and leaf that were tested so far.
  long leafTests() {
    return sweep.leafTests();
  }
}
