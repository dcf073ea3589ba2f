package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The kernels of a search by L2 over rows that are on the device, timed by the device's events.
final class TimedSearch {
  private static final int WORK_ITEMS = 64;

  private final DeviceArrays device;
  private final ScreenVariant screen;
  private final CheckedCodebook codebook;
  private final int rows;
  private final int dim;
  private final int depth;
  private final int places;
  private final int parts;
  private final String tiles;
  private final int workItems;
  private final int groups;
  private final int rowGroups;
  private final Buffer rawRows;
  private final Buffer rawCodewords;
  private final Buffer norms;
  private final Buffer codes;
  private final Buffer terms;
  private final Buffer spreads;
  private final Buffer outliers;
  private final Buffer mean;
  private final Buffer points;
  private final Buffer windows;
  private final Buffer squares;
  private final Buffer best;
  private final Buffer second;
  private final Buffer octets;
  private final Buffer ids;
  private final Buffer limits;
  private final Buffer near;
  private final Buffer far;
  private final Buffer counters;
  private final Buffer sliceScores;
  private final Buffer sliceCodes;

  /// @param points rows on the device, `[rows x dim]`
  TimedSearch(
      DeviceArrays device,
      ScreenVariant screen,
      float[] codewords,
      Buffer points,
      int rows,
      int dim) {
    this.device = device;
    this.screen = screen;
    this.rows = rows;
    this.dim = dim;
    rawRows = points;
    depth = screen.depth(dim);
    places = screen.places(rows);
    Device properties = device.context().device();
    workItems = (int) Math.min(WORK_ITEMS, properties.mostWorkItems());
    groups = 8 * properties.computeUnits();
    rowGroups = 32 * properties.computeUnits();
    NearestOperand operand =
        new NearestOperand(FloatMatrix.of(codewords, codewords.length / dim, dim), Metric.L2);
    codebook = CheckedCodebook.of(operand, depth, screen.codeTile(), 1);
    // So many work-groups that a device is full even with few rows.
    parts =
        Math.clamp(
            4L * properties.computeUnits() / Math.max(1, screen.groups(places)),
            1,
            codebook.tiles());
    tiles =
        "-DPOINT_TILE=%d -DCODE_TILE=%d -DWORK_ITEMS=%d"
            .formatted(screen.pointTile(), screen.codeTile(), workItems);
    rawCodewords = device.of(codewords);
    norms = device.zeros(Double.BYTES);
    codes = device.of(codebook.codes());
    terms = device.of(codebook.terms());
    spreads = device.of(codebook.spreads());
    outliers = device.zeros(Integer.BYTES);
    mean = device.of(codebook.centred().mean());
    this.points = device.unwritten((long) places * depth * Float.BYTES);
    windows = device.unwritten((long) places * Float.BYTES);
    squares = device.unwritten((long) places * Float.BYTES);
    best = device.unwritten((long) parts * places * Float.BYTES);
    second = device.unwritten((long) parts * places * Float.BYTES);
    octets = device.unwritten((long) parts * places * Integer.BYTES);
    ids = device.unwritten((long) rows * Integer.BYTES);
    limits = device.unwritten((long) rows * Float.BYTES);
    near = device.unwritten((long) rows * Integer.BYTES);
    far = device.unwritten((long) rows * Integer.BYTES);
    counters = device.unwritten(2L * Integer.BYTES);
    sliceScores = device.unwritten((long) rowGroups * Double.BYTES);
    sliceCodes = device.unwritten((long) rowGroups * Integer.BYTES);
  }

  /// One search over all rows: nanoseconds of each kernel, by its name.
  Map<String, Long> run() {
    Map<String, Long> nanos = new LinkedHashMap<>();
    device.run("fill.cl", "", "fill", new long[] {1}, 1, counters, 0, 2L);
    nanos.put(
        "centre",
        device.run(
            "centre.cl",
            tiles + " -DMETRIC=0",
            "centre",
            new long[] {places / screen.pointTile()},
            workItems,
            dim,
            depth,
            rawRows,
            rows,
            mean,
            codebook.centred().scale(),
            0f,
            points,
            windows,
            squares));
    List<Object> arguments =
        new ArrayList<>(
            List.of(points, windows, codes, terms, codebook.tiles(), 0, 0, best, second, octets));
    if (!screen.source().equals("screen_small")) {
      arguments.add(0, depth);
    }
    if (!screen.source().equals("screen_tiled")) {
      arguments.add(places);
    }
    nanos.put(
        "screen",
        device.run(
            screen.file(),
            screen.constants(dim),
            screen.source(),
            new long[] {screen.groups(places), parts},
            screen.workItems(),
            arguments.toArray()));
    float[] slack = codebook.slack();
    nanos.put(
        "certify",
        device.run(
            "certify.cl",
            tiles,
            "certify",
            new long[] {Math.ceilDiv(rows, workItems)},
            workItems,
            depth,
            points,
            windows,
            squares,
            codes,
            terms,
            spreads,
            rows,
            places,
            parts,
            codebook.tiles(),
            0,
            1,
            slack[0],
            slack[1],
            slack[2],
            0,
            0f,
            0f,
            best,
            second,
            octets,
            ids,
            limits,
            near,
            far,
            counters));
    if (device.context().device().fp64()) {
      resolve(nanos);
    }
    return nanos;
  }

  private void resolve(Map<String, Long> nanos) {
    nanos.put(
        "resolve_octets",
        device.run(
            "resolve.cl",
            tiles + " -DMETRIC=0",
            "resolve_octets",
            new long[] {groups},
            workItems,
            dim,
            depth,
            rawRows,
            rawCodewords,
            norms,
            points,
            windows,
            codes,
            terms,
            codebook.operand().codes(),
            outliers,
            0,
            octets,
            limits,
            near,
            counters,
            0,
            ids));
    nanos.put(
        "resolve_rows",
        device.run(
            "resolve.cl",
            tiles + " -DMETRIC=0",
            "resolve_rows",
            new long[] {rowGroups},
            workItems,
            dim,
            depth,
            rawRows,
            rawCodewords,
            norms,
            points,
            windows,
            codes,
            terms,
            codebook.operand().codes(),
            outliers,
            0,
            limits,
            far,
            counters,
            1,
            0,
            0,
            0,
            norms,
            ids,
            sliceScores,
            sliceCodes));
    nanos.put(
        "join_slices",
        device.run(
            "resolve.cl",
            tiles + " -DMETRIC=0",
            "join_slices",
            new long[] {groups},
            workItems,
            rowGroups,
            codebook.operand().codes(),
            far,
            counters,
            1,
            0,
            sliceScores,
            sliceCodes,
            norms,
            ids));
  }

  /// The rows that were left to float64 in the last run: in one octet, and over all codes.
  int[] undecided() {
    return device.ints(counters, 2);
  }

  /// How many of the sampled rows have another id than the definition gives; -1 where the device
  /// has no float64.
  int wrongIds(float[] points, int[] sample) {
    if (!device.context().device().fp64()) {
      return -1;
    }
    int[] found = device.ints(ids, rows);
    FloatMatrix matrix = FloatMatrix.of(points, rows, dim);
    FloatMatrix codewords = codebook.operand().codewords();
    return (int)
        java.util.Arrays.stream(sample)
            .parallel()
            .filter(
                row -> {
                  int nearest = 0;
                  double least = Double.POSITIVE_INFINITY;
                  for (int code = 0; code < codebook.operand().codes(); code++) {
                    double score =
                        Metric.L2.score(
                            matrix.segment(),
                            matrix.rowOffsetBytes(row),
                            codewords.segment(),
                            codewords.rowOffsetBytes(code),
                            dim);
                    if (score < least) {
                      least = score;
                      nearest = code;
                    }
                  }
                  return nearest != found[row];
                })
            .count();
  }
}
