package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.kernels.opencl.SearchKernels.Slices;
import dev.tessera.kernels.opencl.SearchKernels.Tiles;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// The kernels of a search by L2 over rows that are on the device, timed by the device's events.
final class TimedSearch {
  private final DeviceArrays device;
  private final CheckedCodebook codebook;
  private final SearchArrays arrays;
  private final SearchKernels kernels;
  private final Tiles tiles;
  private final Slices slices;
  private final int groups;
  private final int rows;

  /// @param points rows on the device, `[rows x dim]`
  TimedSearch(
      DeviceArrays device,
      ScreenVariant screen,
      float[] codewords,
      Buffer points,
      int rows,
      int dim) {
    this.device = device;
    this.rows = rows;
    int computeUnits = device.context().device().computeUnits();
    NearestOperand operand =
        new NearestOperand(FloatMatrix.of(codewords, codewords.length / dim, dim), Metric.L2);
    codebook = CheckedCodebook.of(operand, screen.depth(dim), screen.codeTile(), 1);
    // So many work-groups that a device is full even with few rows.
    long screenGroups = Math.max(1, screen.groups(screen.places(rows)));
    int parts = Math.clamp(4L * computeUnits / screenGroups, 1, codebook.tiles());
    arrays = new SearchArrays(device, screen, codebook, points, rows, parts);
    kernels = new SearchKernels(device, screen, codebook, arrays);
    tiles = kernels.tiles(0, codebook.tiles());
    slices = kernels.slices(32 * computeUnits);
    groups = 8 * computeUnits;
  }

  /// One search over all rows: nanoseconds of each kernel, by its name.
  Map<String, Long> run() {
    Map<String, Long> nanos = new LinkedHashMap<>();
    arrays.clearLists();
    nanos.put("centre", kernels.centre());
    nanos.put("screen", kernels.screen(tiles, 0));
    nanos.put("certify", kernels.certify(tiles, true));
    if (device.context().device().fp64()) {
      nanos.put("resolve_octets", kernels.resolveOctets(tiles, groups));
      nanos.put("resolve_rows", kernels.resolveRows(tiles, slices));
      nanos.put("join_slices", kernels.joinSlices(slices, groups));
    }
    return nanos;
  }

  /// The rows that were left to float64 in the last run: in one octet, and over all codes.
  int[] undecided() {
    return arrays.undecided();
  }

  /// How many of the sampled rows have another id than the definition gives; -1 where the device
  /// has no float64.
  int wrongIds(float[] points, int[] sample) {
    if (!device.context().device().fp64()) {
      return -1;
    }
    int[] found = arrays.ids();
    SearchDefinition definition =
        new SearchDefinition(
            codebook.operand(), FloatMatrix.of(points, rows, codebook.operand().dim()));
    return (int)
        Arrays.stream(sample)
            .parallel()
            .filter(row -> definition.nearest(row) != found[row])
            .count();
  }
}
