package dev.tessera.kernels.simd;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernel.NearestOptions;
import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/// The nearest codeword in few dimensions, by squared Euclidean distance: a [TreeDescent] for
/// [TreeScratch#POINTS] rows at a time.
///
/// One thread of an AMD EPYC (Zen 5, 4.1 GHz, 512 bits, JDK 25), 32768 codewords of 4 correlated
/// dimensions, warm: 65,536 rows in 3.8 ms, 1024 in 0.06; scipy's cKDTree takes 44 and 0.7, faiss
/// 91 and 93. Small batches cost no more a row than large ones, as rows are neither sorted nor
/// shared.
final class TreeSearch implements Search {
  /// More than all that underflow can add.
  static final float FLOOR = Float.MIN_NORMAL;

  /// A way from the top to a leaf takes 30 to 100 ns, for 2 to 16 dimensions; so long takes a scan
  /// of some 200 codewords.
  private static final int LEAST_CODES = 256;

  private static final int NO_CODE = -1;

  /// 15 microseconds of work or more, of which 1024 rows give four workers one each.
  private static final int CHUNK_ROWS = 256;

  private final Arena arena = Arena.ofShared();
  private final BlockTree tree;
  private final TreeDescent descent;
  private final float window;
  private final float floor;

  /// A search by squared Euclidean distance.
  ///
  /// @param codewords 1 to [BlockTree#MOST_CODES] finite rows of 1 to [TreeTile#MOST_DIMENSIONS]
  ///   columns
  TreeSearch(FloatMatrix codewords) {
    this(codewords, window(TreeTile.depthFor(codewords.columns())), FLOOR);
  }

  /// A search with another threshold, `S * window + floor`, for tests of the bound.
  TreeSearch(FloatMatrix codewords, float window, float floor) {
    this.tree = BlockTree.of(codewords, arena);
    this.descent = new TreeDescent(tree);
    this.window = window;
    this.floor = floor;
  }

  /// Whether a tree answers, and faster than a scan: single neighbours among all of many codewords,
  /// in few dimensions.
  static boolean serves(NearestOperand operand, NearestOptions options) {
    return operand.metric() == Metric.L2
        && operand.dim() <= TreeTile.MOST_DIMENSIONS
        && operand.codes() >= LEAST_CODES
        && operand.codes() <= BlockTree.MOST_CODES
        && options.neighbours() == 1
        && options.ranges() == null;
  }

  /// `1 + (2D + 8) u`.
  static float window(int depth) {
    return 1 + (depth + 4) * 0x1p-23f;
  }

  @Override
  public TreeScratch newScratch() {
    return new TreeScratch(tree, window, floor);
  }

  @Override
  public int chunkRows() {
    return CHUNK_ROWS;
  }

  /// The cost of a row, modelled from the nodes that the rows searched for with this scratch have
  /// visited; NaN before the first.
  double nanosPerRow(TreeScratch scratch) {
    return TreeCost.nanosPerRow(tree, scratch);
  }

  @Override
  public void search(
      Scratch memory,
      FloatMatrix points,
      long from,
      long to,
      NearestOptions options,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    TreeScratch scratch = (TreeScratch) memory;
    for (long row = from; row < to; row += TreeScratch.POINTS) {
      int rows = (int) Math.min(TreeScratch.POINTS, to - row);
      scratch.load(points, row, rows);
      descent.find(scratch);
      store(scratch, ids, row);
      if (distances != null) {
        for (int p = 0; p < rows; p++) {
          double distance = descent.distance(scratch, p, scratch.positions[p]);
          distances.set(row + p, 0, scratch.broken[p] ? Double.NaN : distance);
        }
      }
    }
  }

  private void store(TreeScratch scratch, TokenIds target, long row) {
    int[] ids = scratch.ids;
    for (int p = 0; p < scratch.rows; p++) {
      ids[p] = tree.code(scratch.positions[p]);
    }
    if (scratch.anyBroken) {
      for (int p = 0; p < scratch.rows; p++) {
        ids[p] = scratch.broken[p] ? NO_CODE : ids[p];
      }
    }
    if (target.rowStride() == 1) {
      MemorySegment.copy(
          ids,
          0,
          target.segment(),
          ValueLayout.JAVA_INT_UNALIGNED,
          target.rowOffsetBytes(row),
          scratch.rows);
    } else {
      for (int p = 0; p < scratch.rows; p++) {
        target.set(row + p, 0, ids[p]);
      }
    }
  }

  @Override
  public long preparedBytes() {
    return tree.sizeBytes();
  }

  @Override
  public String describe() {
    return "tree of %d leaves, %d levels of boxes".formatted(tree.nodes(0), tree.levels());
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
