package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;

/// Which screen searches a codebook on a device, and with which tile: the constants that the
/// programs are specialised by.
///
/// @param kind the screen
/// @param dim columns of a row
/// @param depth columns of a point in tiles: `dim`, rounded up to what the screen takes at a time
/// @param pointTile rows of a tile of points
/// @param codeTile codes of a tile, a multiple of 8
/// @param screenItems work-items of a work-group of the screen
/// @param rowItems work-items of a work-group of all other kernels
record ScreenPlan(
    Kind kind,
    Metric metric,
    int dim,
    int depth,
    int pointTile,
    int codeTile,
    int screenItems,
    int rowItems) {

  /// The screens; each has a program of its name.
  enum Kind {
    /// Register blocks of 8 x 8 over tiles in local memory.
    TILED,
    /// Whole points in registers: up to [#MOST_SMALL_COLUMNS] columns.
    SMALL,
    /// No local memory, work-groups of any size.
    PLAIN
  }

  /// The most columns that [Kind#SMALL] takes.
  static final int MOST_SMALL_COLUMNS = 8;

  /// Codes that share a bound.
  static final int OCTET = 8;

  /// Columns of a tile in local memory at a time, where they fill it: 90 % of the tiled screen's
  /// inner loop are fused multiply-adds then, with half as many 88 %.
  private static final int LONG_CHUNK = 16;

  private static final int SHORT_CHUNK = 8;

  /// From so many columns on, half a chunk of zeros costs less than short chunks.
  private static final int LONG_CHUNK_COLUMNS = 320;

  /// Points of a work-item, in [Kind#PLAIN] and [Kind#SMALL].
  private static final int POINTS = 8;

  /// With more columns so many points take more registers than a device has (gfx90a spills; see
  /// checks/registers.txt): half of them.
  private static final int MOST_COLUMNS_OF_ALL_POINTS = 4;

  /// Points of a tile, and codes of one: `screen_tiled.cl` says why.
  private static final int POINT_TILE = 64;

  private static final int CODE_TILE = 128;

  /// On a processor: a tile's columns lie close to each other, an octet's codes side by side.
  private static final int PLAIN_POINT_TILE = 32;

  private static final int TILED_ITEMS = POINT_TILE / 8 * (CODE_TILE / 8);
  private static final int SMALL_ITEMS = 64;
  private static final int ROW_ITEMS = 64;

  /// A processor runs the work-items of a group one behind the other; one alone needs no barriers.
  private static final int CPU_ITEMS = 1;

  /// Local memory that the tiled screen needs, in bytes: see its header.
  private static final long TILED_LOCAL_BYTES = 31 << 10;

  /// The screen for a device: on a processor local memory and barriers only cost.
  static Kind suited(Device device, int dim) {
    if (device.kind() == Device.Kind.CPU) {
      return Kind.PLAIN;
    }
    if (dim <= MOST_SMALL_COLUMNS) {
      return Kind.SMALL;
    }
    return serves(Kind.TILED, device, dim) ? Kind.TILED : Kind.PLAIN;
  }

  /// Whether the device says that it can run a screen.
  static boolean serves(Kind kind, Device device, int dim) {
    return switch (kind) {
      case TILED ->
          device.mostWorkItems() >= TILED_ITEMS && device.localBytes() >= TILED_LOCAL_BYTES;
      case SMALL -> dim <= MOST_SMALL_COLUMNS;
      case PLAIN -> true;
    };
  }

  /// @param kind a screen that serves
  static ScreenPlan of(Kind kind, Device device, Metric metric, int dim) {
    int most = (int) Math.min(device.mostWorkItems(), 1 << 16);
    int items = Integer.highestOneBit(Math.max(1, most));
    int rowItems = Math.min(items, device.kind() == Device.Kind.CPU ? CPU_ITEMS : ROW_ITEMS);
    return switch (kind) {
      case TILED ->
          new ScreenPlan(
              kind, metric, dim, tiledDepth(dim), POINT_TILE, CODE_TILE, TILED_ITEMS, rowItems);
      case SMALL ->
          new ScreenPlan(
              kind,
              metric,
              dim,
              dim,
              POINT_TILE,
              CODE_TILE,
              Math.min(items, SMALL_ITEMS),
              rowItems);
      case PLAIN ->
          new ScreenPlan(kind, metric, dim, dim, PLAIN_POINT_TILE, OCTET, rowItems, rowItems);
    };
  }

  private static int tiledDepth(int dim) {
    int chunk = dim >= LONG_CHUNK_COLUMNS ? LONG_CHUNK : SHORT_CHUNK;
    return Math.ceilDiv(dim, chunk) * chunk;
  }

  private int chunk() {
    return depth % LONG_CHUNK == 0 ? LONG_CHUNK : SHORT_CHUNK;
  }

  /// Points of a work-item, where one has whole points.
  private int points() {
    return kind == Kind.SMALL && depth > MOST_COLUMNS_OF_ALL_POINTS ? POINTS / 2 : POINTS;
  }

  /// The compiler's options for a program whose work-groups have so many work-items.
  String options(int workItems) {
    return "-DPOINT_TILE=%d -DCODE_TILE=%d -DMETRIC=%d -DWORK_ITEMS=%d"
        .formatted(pointTile, codeTile, metricNumber(), workItems);
  }

  /// The compiler's options for the screen: a program for all metrics, and, but for [Kind#SMALL],
  /// for all dimensions.
  String screenOptions() {
    return switch (kind) {
          case TILED -> "-DCHUNK=%d ".formatted(chunk());
          case SMALL ->
              "-DDEPTH=%d -DPOINTS=%d -DWORK_ITEMS=%d ".formatted(depth, points(), screenItems);
          case PLAIN -> "-DWORK_ITEMS=%d ".formatted(screenItems);
        }
        + "-DPOINT_TILE=%d -DCODE_TILE=%d".formatted(pointTile, codeTile);
  }

  private int metricNumber() {
    return switch (metric) {
      case L2 -> 0;
      case DOT -> 1;
      case COSINE -> 2;
    };
  }

  /// The tiles of so many points.
  int pointTiles(long rows) {
    return Math.toIntExact(Math.ceilDiv(rows, pointTile));
  }

  /// Points of so many rows' tiles, those that only fill the last tile included.
  int places(long rows) {
    return Math.multiplyExact(pointTiles(rows), pointTile);
  }

  /// The tiles of so many codes.
  int codeTiles(int codes) {
    return Math.ceilDiv(codes, codeTile);
  }

  /// Work-groups of the screen for so many points and one run of codes.
  long screenGroups(int places) {
    return kind == Kind.TILED
        ? places / pointTile
        : Math.ceilDiv(Math.ceilDiv(places, points()), screenItems);
  }

  /// As in `tiled 128 x 128`.
  @Override
  public String toString() {
    return switch (kind) {
      case TILED -> "tiled screen";
      case SMALL -> "screen of few columns";
      case PLAIN -> "plain screen";
    };
  }
}
