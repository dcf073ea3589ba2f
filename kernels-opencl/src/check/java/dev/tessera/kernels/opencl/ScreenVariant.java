package dev.tessera.kernels.opencl;

/// A screen kernel with its constants.
///
/// @param source `screen_tiled`, `screen_small` or `screen_plain`: file and kernel
/// @param chunk columns at a time, tiled only
/// @param points points of a work-item, small only
record ScreenVariant(
    String source, int pointTile, int codeTile, int workItems, int chunk, int points) {
  static ScreenVariant tiled(int pointTile, int codeTile, int chunk) {
    return new ScreenVariant(
        "screen_tiled", pointTile, codeTile, pointTile / 8 * (codeTile / 8), chunk, 0);
  }

  static ScreenVariant small(int pointTile, int codeTile, int workItems, int points) {
    return new ScreenVariant("screen_small", pointTile, codeTile, workItems, 1, points);
  }

  static ScreenVariant plain(int pointTile, int codeTile, int workItems) {
    return new ScreenVariant("screen_plain", pointTile, codeTile, workItems, 1, 0);
  }

  /// Columns that points and codes are padded to.
  int depth(int dim) {
    return Math.ceilDiv(dim, chunk) * chunk;
  }

  /// Places of `rows` points in whole tiles.
  int places(int rows) {
    return Math.ceilDiv(rows, pointTile) * pointTile;
  }

  String file() {
    return source + ".cl";
  }

  String constants(int dim) {
    String tiles = "-DPOINT_TILE=%d -DCODE_TILE=%d".formatted(pointTile, codeTile);
    return switch (source) {
      case "screen_tiled" -> tiles + " -DCHUNK=" + chunk;
      case "screen_small" ->
          tiles + " -DWORK_ITEMS=%d -DPOINTS=%d -DDEPTH=%d".formatted(workItems, points, dim);
      default -> tiles + " -DWORK_ITEMS=" + workItems;
    };
  }

  /// Work-groups in the first dimension.
  long groups(int places) {
    return switch (source) {
      case "screen_tiled" -> places / pointTile;
      case "screen_small" -> Math.ceilDiv(places, points * workItems);
      default -> Math.ceilDiv(places / 8, workItems);
    };
  }

  @Override
  public String toString() {
    String tile = "%s %dx%d, work-group %d".formatted(source, pointTile, codeTile, workItems);
    return points > 0 ? tile + ", %d points a work-item".formatted(points) : tile;
  }
}
