package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The inner loops of [TreeSearch], once for each number of dimensions: lanes are the 16 children
/// of a node or the 16 codewords of a leaf, and every loop runs over points or over pairs of point
/// and node, without a branch that depends on data.
///
/// Distances are squared, in float32, in difference form. Each is a sum of squares, hence not
/// negative, and such floats are ordered like their bits: minima are taken over ints, because
/// `FloatVector.min` carries fix-ups for -0 and NaN.
///
/// A pair of a point (its place in the scratch, [TreeScratch#POINT_BITS] bits) and a node is one
/// int: `place << NODE_BITS | node`. A node's children are `node << 4 | lane`, so that the pairs of
/// a point with all 16 children are one add, and those that survive a test are packed by one
/// `compress`.
///
/// No method takes or returns a vector: where C2 declines to inline one, its vectors become
/// objects.
interface TreeTile {
  /// The most dimensions that a tile has.
  int MOST_DIMENSIONS = 16;

  int NODE_BITS = Integer.SIZE - TreeScratch.POINT_BITS;
  int NODE_MASK = (1 << NODE_BITS) - 1;

  VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > BlockTree.FANOUT
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

  int LANES = FLOATS.length();

  /// Vectors that hold 16 lanes: 1, 2 or 4 at 512, 256 or 128 bits.
  int VECTORS = BlockTree.FANOUT / LANES;

  long VECTOR_BYTES = (long) LANES * Float.BYTES;
  long BLOCK_BYTES = (long) BlockTree.FANOUT * Float.BYTES;
  IntVector LANE = IntVector.zero(INTS).addIndex(1);

  /// The number of dimensions of the tile that serves vectors of `dim`.
  static int depthFor(int dim) {
    return dim <= 4 ? dim : dim + (dim & 1);
  }

  /// The tile for `depth` dimensions.
  static TreeTile ofDepth(int depth) {
    return switch (depth) {
      case 1 -> new TreeTile1();
      case 2 -> new TreeTile2();
      case 3 -> new TreeTile3();
      case 4 -> new TreeTile4();
      case 6 -> new TreeTile6();
      case 8 -> new TreeTile8();
      case 10 -> new TreeTile10();
      case 12 -> new TreeTile12();
      case 14 -> new TreeTile14();
      case 16 -> new TreeTile16();
      default -> throw new IllegalArgumentException("there is no tree tile of depth " + depth);
    };
  }

  /// For each point the distances to the children of its node on the path, or of all `groups` nodes
  /// of the highest level; stored in `bounds`, the path's next node excepted, whose place gets
  /// infinity: it will have been searched when the others are looked at.
  void locate(MemorySegment boxes, int groups, TreeScratch scratch, int level);

  /// Starts each point's state with the codewords of the leaf at the end of its path.
  void start(MemorySegment codewords, TreeScratch scratch);

  /// Tests each of the pairs `from` to `to` of `level`: the children whose boxes are no farther
  /// than the point's threshold become pairs of the level below.
  ///
  /// @return their number
  int expand(MemorySegment boxes, TreeScratch scratch, int level, int from, int to);

  /// Takes the leaves of the first `count` pairs of level 0 into their points' states.
  void visit(MemorySegment codewords, TreeScratch scratch, int count);

  /// Of the leaves of the pairs `from` to `to` of level 0 lists the codewords no farther than the
  /// point's threshold, as pairs of point and position, in the scratch's list of candidates.
  ///
  /// @return their number
  int candidates(MemorySegment codewords, TreeScratch scratch, int from, int to);

  /// For each of some points the bits of the node's children whose boxes are no farther than the
  /// point's threshold.
  ///
  /// @param points coordinates of all points
  /// @param thresholds of all points
  /// @param places which points
  /// @param masks written, one int a place
  void masks(
      MemorySegment boxes,
      int node,
      float[] points,
      float[] thresholds,
      int[] places,
      int count,
      int[] masks);

  /// Lists the codewords of a leaf that are no farther than the threshold of one of some points.
  ///
  /// @param points coordinates of all points
  /// @param thresholds of all points
  /// @param places which points
  /// @param found written: `point << 4 | lane`, those of a point together; whole vectors, so up to
  ///   16 places behind the last
  /// @return their number
  int near(
      MemorySegment codewords,
      int leaf,
      float[] points,
      float[] thresholds,
      int[] places,
      int count,
      int[] found);
}
