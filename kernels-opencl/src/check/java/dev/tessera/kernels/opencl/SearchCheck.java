package dev.tessera.kernels.opencl;

import dev.tessera.kernels.opencl.SearchKernels.Slices;
import dev.tessera.kernels.opencl.SearchKernels.Tiles;
import dev.tessera.tensor.FloatMatrix;
import java.util.List;
import java.util.Random;
import java.util.function.IntBinaryOperator;

/// One search from raw rows to ids, with a look at what each kernel left behind: what the screens
/// wrote, the join of parts and launches, the lists of undecided rows, the ids; then ranges,
/// neighbours and scores by the definition alone.
final class SearchCheck {
  private static final int UNDECIDED = -2;

  private final DeviceArrays device;
  private final SearchCase search;
  private final Findings findings;
  private final SearchDefinition definition;
  private final CheckedCodebook codebook;
  private final SearchArrays arrays;
  private final SearchKernels kernels;

  /// @param windowFactor 1; with 0 the bounds prove nothing, and the check must notice
  SearchCheck(DeviceArrays device, SearchCase search, double windowFactor, Findings findings) {
    this.device = device;
    this.search = search;
    this.findings = findings;
    float[] codewords = search.codewords();
    float[] points = search.points(codewords);
    ScreenVariant screen = search.screen();
    definition =
        new SearchDefinition(
            search.operand(codewords), FloatMatrix.of(points, search.rows(), search.dim()));
    codebook =
        CheckedCodebook.of(
            definition.operand(), screen.depth(search.dim()), screen.codeTile(), windowFactor);
    arrays =
        new SearchArrays(
            device, screen, codebook, device.of(points), search.rows(), search.parts());
    kernels = new SearchKernels(device, screen, codebook, arrays);
  }

  void run() {
    kernels.centre();
    ScreenCheck screened = new ScreenCheck(search, definition, codebook, arrays, findings);
    screened.checkCentred();
    int tilesPerLaunch = Math.ceilDiv(codebook.tiles(), search.launches());
    int launches = Math.ceilDiv(codebook.tiles(), tilesPerLaunch);
    for (int launch = 0; launch < launches; launch++) {
      int tile0 = launch * tilesPerLaunch;
      Tiles piece = kernels.tiles(tile0, Math.min(codebook.tiles(), tile0 + tilesPerLaunch));
      boolean last = launch == launches - 1;
      kernels.screen(piece, launch);
      if (last) {
        screened.checkScreened();
      }
      kernels.certify(piece, last);
    }
    int[] expected = definition.nearest();
    checkCertified(expected);
    if (device.context().device().fp64()) {
      checkResolved(expected);
      checkNeighbours();
    }
  }

  private void checkCertified(int[] expected) {
    int[] certified = arrays.ids();
    boolean[] listed = new boolean[search.rows()];
    for (int[] list : List.of(arrays.near(), arrays.far())) {
      for (int row : list) {
        findings.require(!listed[row], "row %d is listed twice", row);
        listed[row] = true;
      }
    }
    int undecided = 0;
    for (int row = 0; row < search.rows(); row++) {
      if (certified[row] == UNDECIDED) {
        undecided++;
        findings.require(listed[row], "row %d is undecided and on no list", row);
      } else {
        findings.require(!listed[row], "row %d is decided and on a list", row);
        findings.require(
            certified[row] == expected[row],
            "row %d is certified as %d, not %d",
            row,
            certified[row],
            expected[row]);
      }
    }
    // A quarter of the rows lies on a codeword, a quarter between two, some codewords come twice;
    // with outliers, dot and cosine leave every row to float64.
    findings.require(
        search.outliers() || undecided <= 6 + 0.4 * search.rows(),
        "%d of %d rows are undecided",
        undecided,
        search.rows());
  }

  private void checkResolved(int[] expected) {
    Tiles all = kernels.tiles(0, codebook.tiles());
    kernels.resolveOctets(all, 2);
    // Few work-groups, each of which takes whole rows; then many, which share them.
    for (int groups : new int[] {3, 5 * arrays.undecided()[1] + 1}) {
      Slices slices = kernels.slices(groups);
      kernels.resolveRows(all, slices);
      kernels.joinSlices(slices, 2);
      int[] resolved = arrays.ids();
      for (int row = 0; row < search.rows(); row++) {
        findings.require(
            resolved[row] == expected[row],
            "row %d has code %d, not %d",
            row,
            resolved[row],
            expected[row]);
      }
    }
  }

  /// Ranges, several neighbours, and scores.
  private void checkNeighbours() {
    Random random = new Random(search.seed() + 2);
    int[] ranges = new int[2 * search.rows()];
    for (int row = 0; row < search.rows(); row++) {
      ranges[2 * row] = random.nextInt(search.codes());
      ranges[2 * row + 1] = ranges[2 * row] + 1 + random.nextInt(search.codes() - ranges[2 * row]);
    }
    checkNeighbours(1, ranges);
    checkNeighbours(3, new int[0]);
    checkNeighbours(2, ranges);
  }

  /// @param ranges for each row the first code and the one behind the last; empty for all
  private void checkNeighbours(int neighbours, int[] ranges) {
    int count = search.rows() * neighbours;
    Buffer ids = device.unwritten((long) count * Integer.BYTES);
    Buffer distances = device.unwritten((long) count * Double.BYTES);
    Buffer scores = device.unwritten((long) count * Double.BYTES);
    kernels.searchRows(neighbours, ranges.length == 0 ? null : device.of(ranges), ids, distances);
    kernels.score(neighbours, ids, scores);
    int[] found = device.ints(ids, count);
    double[] reported = device.doubles(distances, count);
    double[] scored = device.doubles(scores, count);
    IntBinaryOperator bound =
        (row, side) -> ranges.length > 0 ? ranges[2 * row + side] : side == 0 ? 0 : search.codes();
    for (int row = 0; row < search.rows(); row++) {
      int[] expected =
          definition.isFinite(row)
              ? definition.ranked(row, bound.applyAsInt(row, 0), bound.applyAsInt(row, 1))
              : new int[0];
      for (int place = 0; place < neighbours; place++) {
        int i = row * neighbours + place;
        int code = place < expected.length ? expected[place] : -1;
        double value = code < 0 ? Double.NaN : definition.score(row, code);
        findings.require(
            found[i] == code,
            "row %d, neighbour %d of %d: code %d, not %d",
            row,
            place,
            neighbours,
            found[i],
            code);
        findings.require(
            Double.compare(reported[i], value) == 0 && Double.compare(scored[i], value) == 0,
            "row %d, neighbour %d: distances %s and %s, not %s",
            row,
            place,
            reported[i],
            scored[i],
            value);
      }
    }
  }
}
