package dev.tessera.kernels.opencl;

/// What the kernels of a chunk hand to each other, in the device's memory. One for all chunks: the
/// kernels run one behind the other.
///
/// @param places points, those that fill the last tile included
/// @param runs into how many runs the screen cuts the codes, so that few points fill the device
/// @param points `[tiles][depth][pointTile]`, the centred points
/// @param windows, squares `[places]`
/// @param best, second, octets `[runs][places]`
/// @param limits, near, far `[places]`
/// @param scores `[places]` float64 of rows that are searched part by part
record ScreenMemory(
    int places,
    int runs,
    Buffer points,
    Buffer windows,
    Buffer squares,
    Buffer best,
    Buffer second,
    Buffer octets,
    Buffer limits,
    Buffer near,
    Buffer far,
    Buffer scores) {

  /// Work-groups of the screen for each compute unit, at least, if there are codes enough: some
  /// eight times what runs at once, so that little is idle while the last ones end.
  private static final int GROUPS_PER_UNIT = 24;

  /// The same on a processor, which runs one at a time.
  private static final int CPU_GROUPS_PER_UNIT = 4;

  /// Tiles of codes that a run has, at least, lest its beginning and its end cost more than it
  /// saves.
  private static final int LEAST_TILES = 4;

  /// The most runs: each is one more bound to compare in the end.
  private static final int MOST_RUNS = 64;

  static ScreenMemory of(
      Workspace workspace, ScreenPlan plan, int places, int runs, boolean inParts) {
    long words = (long) places * Float.BYTES;
    return new ScreenMemory(
        places,
        runs,
        workspace.buffer("points", words * plan.depth()),
        workspace.buffer("windows", words),
        workspace.buffer("squares", words),
        workspace.buffer("best", words * runs),
        workspace.buffer("second", words * runs),
        workspace.buffer("octets", words * runs),
        workspace.buffer("limits", words),
        workspace.buffer("near", words),
        workspace.buffer("far", words),
        workspace.buffer("scores", inParts ? 2 * words : 0));
  }

  /// Device memory a point, in bytes, with one run.
  static long bytesPerPlace(ScreenPlan plan, boolean inParts) {
    return (plan.depth() + 8L) * Float.BYTES + (inParts ? Double.BYTES : 0);
  }

  /// The runs that let so many points keep a device busy, within so much more memory.
  static int runs(ScreenPlan plan, Device device, int places, int codeTiles, long spareBytes) {
    boolean processor = device.kind() == Device.Kind.CPU;
    long groups =
        (long) device.computeUnits() * (processor ? CPU_GROUPS_PER_UNIT : GROUPS_PER_UNIT);
    long wanted = Math.ceilDiv(groups, plan.screenGroups(places));
    long bySpace = 1 + spareBytes / (3L * Float.BYTES * places);
    int byCodes = processor ? codeTiles : Math.ceilDiv(codeTiles, LEAST_TILES);
    return (int) Math.max(1, Math.min(Math.min(wanted, bySpace), Math.min(byCodes, MOST_RUNS)));
  }
}
