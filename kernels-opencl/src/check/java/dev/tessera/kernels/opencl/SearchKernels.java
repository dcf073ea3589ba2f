package dev.tessera.kernels.opencl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kernels of a search over rows that are on the device, with their arguments in the order of
/// their headers. Who runs a search chooses the order, the pieces of the codebook and the
/// work-groups; each method says how long its kernel ran on the device, in nanoseconds.
final class SearchKernels {
  private static final int WORK_ITEMS = 64;

  /// How much larger omega is taken when it becomes a float32.
  private static final double ROUNDED_UP = 1.000001;

  private final DeviceArrays device;
  private final ScreenVariant screen;
  private final CheckedCodebook codebook;
  private final String constants;
  private final String metric;
  private final int workItems;
  private final SearchArrays arrays;

  SearchKernels(
      DeviceArrays device, ScreenVariant screen, CheckedCodebook codebook, SearchArrays arrays) {
    this.device = device;
    this.screen = screen;
    this.codebook = codebook;
    this.arrays = arrays;
    workItems = (int) Math.min(WORK_ITEMS, device.context().device().mostWorkItems());
    constants =
        "-DPOINT_TILE=%d -DCODE_TILE=%d -DWORK_ITEMS=%d"
            .formatted(screen.pointTile(), screen.codeTile(), workItems);
    metric = " -DMETRIC=" + codebook.operand().metric().ordinal();
  }

  /// Some tiles of the codebook, on the device.
  record Tiles(int first, int count, Buffer codes, Buffer terms, Buffer spreads) {}

  /// Uploads tiles `from` to `to - 1`.
  Tiles tiles(int from, int to) {
    return new Tiles(
        from,
        to - from,
        device.of(piece(codebook.codes(), from, to)),
        device.of(piece(codebook.terms(), from, to)),
        device.of(piece(codebook.spreads(), from, to)));
  }

  private float[] piece(float[] values, int from, int to) {
    int ofTile = values.length / codebook.tiles();
    return Arrays.copyOfRange(values, from * ofTile, to * ofTile);
  }

  /// Room for what each work-group finds in its slice of the codes.
  record Slices(int groups, Buffer scores, Buffer codes) {}

  Slices slices(int groups) {
    return new Slices(
        groups,
        device.unwritten((long) groups * Double.BYTES),
        device.unwritten((long) groups * Integer.BYTES));
  }

  /// Points in the screens' coordinates, their windows and squares.
  long centre() {
    return device.run(
        "centre.cl",
        constants + metric,
        "centre",
        new long[] {arrays.places / screen.pointTile()},
        workItems,
        codebook.operand().dim(),
        arrays.depth,
        arrays.rawRows,
        arrays.rows,
        arrays.mean,
        codebook.centred().scale(),
        (float) (codebook.bounds().omega() * ROUNDED_UP),
        arrays.points,
        arrays.windows,
        arrays.squares);
  }

  /// The least bounds among some tiles and those of earlier launches.
  ///
  /// @param launch how many went before
  long screen(Tiles piece, int launch) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                arrays.points,
                arrays.windows,
                piece.codes,
                piece.terms,
                piece.count,
                firstOctet(piece),
                launch,
                arrays.best,
                arrays.second,
                arrays.octets));
    if (!screen.source().equals("screen_small")) {
      arguments.add(0, arrays.depth);
    }
    if (!screen.source().equals("screen_tiled")) {
      arguments.add(arrays.places);
    }
    return device.run(
        screen.file(),
        screen.constants(codebook.operand().dim()),
        screen.source(),
        new long[] {screen.groups(arrays.places), arrays.parts},
        screen.workItems(),
        arguments.toArray());
  }

  private int firstOctet(Tiles piece) {
    return piece.first * (screen.codeTile() / 8);
  }

  /// What the bounds prove.
  ///
  /// @param last whether no tiles follow
  long certify(Tiles piece, boolean last) {
    float[] slack = codebook.slack();
    float[] reach = codebook.outlierReach();
    return device.run(
        "certify.cl",
        constants,
        "certify",
        new long[] {Math.ceilDiv(arrays.rows, workItems)},
        workItems,
        arrays.depth,
        arrays.points,
        arrays.windows,
        arrays.squares,
        piece.codes,
        piece.terms,
        piece.spreads,
        arrays.rows,
        arrays.places,
        arrays.parts,
        piece.count,
        firstOctet(piece),
        last ? 1 : 0,
        slack[0],
        slack[1],
        slack[2],
        codebook.centred().outliers().length,
        reach[0],
        reach[1],
        arrays.best,
        arrays.second,
        arrays.octets,
        arrays.ids,
        arrays.limits,
        arrays.near,
        arrays.far,
        arrays.counters);
  }

  /// The rows that need float64 within an octet.
  ///
  /// @param all the whole codebook
  long resolveOctets(Tiles all, int groups) {
    return device.run(
        "resolve.cl",
        constants + metric,
        "resolve_octets",
        new long[] {groups},
        workItems,
        codebook.operand().dim(),
        arrays.depth,
        arrays.rawRows,
        arrays.rawCodewords,
        arrays.norms,
        arrays.points,
        arrays.windows,
        all.codes,
        all.terms,
        codebook.operand().codes(),
        arrays.outliers,
        codebook.centred().outliers().length,
        arrays.octets,
        arrays.limits,
        arrays.near,
        arrays.counters,
        0,
        arrays.ids);
  }

  /// The rows that need float64 over all codes; where there are more work-groups than such rows,
  /// several share one.
  ///
  /// @param all the whole codebook
  long resolveRows(Tiles all, Slices slices) {
    return device.run(
        "resolve.cl",
        constants + metric,
        "resolve_rows",
        new long[] {slices.groups},
        workItems,
        codebook.operand().dim(),
        arrays.depth,
        arrays.rawRows,
        arrays.rawCodewords,
        arrays.norms,
        arrays.points,
        arrays.windows,
        all.codes,
        all.terms,
        codebook.operand().codes(),
        arrays.outliers,
        codebook.centred().outliers().length,
        arrays.limits,
        arrays.far,
        arrays.counters,
        1,
        0,
        0,
        0,
        arrays.norms,
        arrays.ids,
        slices.scores,
        slices.codes);
  }

  /// Ids of the rows that several work-groups shared.
  long joinSlices(Slices slices, int groups) {
    return device.run(
        "resolve.cl",
        constants + metric,
        "join_slices",
        new long[] {groups},
        workItems,
        slices.groups,
        codebook.operand().codes(),
        arrays.far,
        arrays.counters,
        1,
        0,
        slices.scores,
        slices.codes,
        arrays.norms,
        arrays.ids);
  }

  /// The best codes of every row by the definition alone, with their scores.
  ///
  /// @param ranges for each row the first code and the one behind the last; null for all
  /// @param found `[rows x neighbours]`, written
  /// @param scores `[rows x neighbours]` float64, written
  long searchRows(int neighbours, @Nullable Buffer ranges, Buffer found, Buffer scores) {
    int groups = 2;
    int codes = codebook.operand().codes();
    Buffer scratch = device.unwritten(neighbours == 1 ? 1 : (long) groups * codes * Double.BYTES);
    return device.run(
        "resolve.cl",
        constants + metric,
        "search_rows",
        new long[] {groups},
        workItems,
        codebook.operand().dim(),
        arrays.rawRows,
        arrays.rawCodewords,
        arrays.norms,
        arrays.rows,
        codes,
        0,
        ranges == null ? 0 : 1,
        ranges == null ? arrays.norms : ranges,
        neighbours,
        scratch,
        codes,
        found,
        1,
        scores);
  }

  /// The scores of given codes.
  ///
  /// @param given `[rows x neighbours]`
  /// @param scores `[rows x neighbours]` float64, written
  long score(int neighbours, Buffer given, Buffer scores) {
    return device.run(
        "resolve.cl",
        constants + metric,
        "score",
        new long[] {2},
        workItems,
        codebook.operand().dim(),
        arrays.rawRows,
        arrays.rawCodewords,
        arrays.norms,
        (long) arrays.rows * neighbours,
        neighbours,
        given,
        scores);
  }
}
