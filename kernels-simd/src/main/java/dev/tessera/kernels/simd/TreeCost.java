package dev.tessera.kernels.simd;

/// What a [TreeSearch] costs, from what it visits.
///
/// Time is linear in the nodes visited, and those depend on the data: a search counts them, and a
/// few dozen rows say what the others will cost. The constants fit measurements of one thread of an
/// AMD EPYC (Zen 5, 512 bits, 4.1 GHz) within 15 % over 2 to 16 dimensions, 1024 to 32768
/// codewords, clustered and normal data.
final class TreeCost {
  private static final double ROW_NANOS = 8;
  private static final double LEVEL_NANOS = 3.5;
  private static final double BOXES_NANOS = 2.3;
  private static final double BOXES_NANOS_PER_DIMENSION = 1.2;
  private static final double LEAF_NANOS = 2;
  private static final double LEAF_NANOS_PER_DIMENSION = 0.45;

  /// A row that float64 decides takes its way through the tree again.
  private static final double RESOLVED_NANOS = 300;

  private static final double COMPARED_NANOS = 5;
  private static final double COMPARED_NANOS_PER_DIMENSION = 1;

  private TreeCost() {}

  static double nanosPerRow(BlockTree tree, TreeScratch scratch) {
    double rows = scratch.searched;
    int levels = tree.levels();
    double pathBoxes = levels - 1 + tree.nodes(levels);
    double boxes = pathBoxes + scratch.boxTests / rows;
    double leaves = 1 + scratch.leafTests / rows;
    double boxNanos = BOXES_NANOS + BOXES_NANOS_PER_DIMENSION * tree.depth();
    double leafNanos = LEAF_NANOS + LEAF_NANOS_PER_DIMENSION * tree.depth();
    double comparedNanos = COMPARED_NANOS + COMPARED_NANOS_PER_DIMENSION * tree.dim();
    return ROW_NANOS
        + LEVEL_NANOS * levels
        + TreeTile.VECTORS * (boxes * boxNanos + leaves * leafNanos)
        + RESOLVED_NANOS * scratch.resolved / rows
        + comparedNanos * scratch.compared / rows;
  }
}
