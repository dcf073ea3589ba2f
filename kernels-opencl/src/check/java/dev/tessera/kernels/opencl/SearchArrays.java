package dev.tessera.kernels.opencl;

import java.lang.foreign.ValueLayout;

/// The arrays that the kernels of a search share, on the device: what they are given, and what they
/// leave behind, in the shapes of their headers.
final class SearchArrays {
  private final DeviceArrays device;
  final int rows;
  final int places;
  final int depth;
  final int parts;
  final Buffer rawRows;
  final Buffer rawCodewords;
  final Buffer norms;
  final Buffer mean;
  final Buffer outliers;
  final Buffer points;
  final Buffer windows;
  final Buffer squares;
  final Buffer best;
  final Buffer second;
  final Buffer octets;
  final Buffer ids;
  final Buffer limits;
  final Buffer near;
  final Buffer far;
  final Buffer counters;

  /// @param rawRows rows on the device, `[rows x dim]`
  /// @param parts in how many parts a screen works on its tiles
  SearchArrays(
      DeviceArrays device,
      ScreenVariant screen,
      CheckedCodebook codebook,
      Buffer rawRows,
      int rows,
      int parts) {
    this.device = device;
    this.rows = rows;
    this.parts = parts;
    this.rawRows = rawRows;
    places = screen.places(rows);
    depth = codebook.depth();
    rawCodewords =
        device.of(codebook.operand().codewords().segment().toArray(ValueLayout.JAVA_FLOAT));
    norms = device.of(codebook.norms());
    mean = device.of(codebook.centred().mean());
    outliers = device.of(codebook.centred().outliers());
    points = device.unwritten((long) places * depth * Float.BYTES);
    windows = device.unwritten((long) places * Float.BYTES);
    squares = device.unwritten((long) places * Float.BYTES);
    best = device.unwritten((long) parts * places * Float.BYTES);
    second = device.unwritten((long) parts * places * Float.BYTES);
    octets = device.unwritten((long) parts * places * Integer.BYTES);
    ids = device.zeros((long) rows * Integer.BYTES);
    limits = device.zeros((long) rows * Float.BYTES);
    near = device.unwritten((long) rows * Integer.BYTES);
    far = device.unwritten((long) rows * Integer.BYTES);
    counters = device.zeros(2L * Integer.BYTES);
  }

  /// Forgets the rows that an earlier search left to float64.
  void clearLists() {
    device.run("fill.cl", "", "fill", new long[] {1}, 1, counters, 0, 2L);
  }

  /// How many rows were left to float64: in one octet, and over all codes.
  int[] undecided() {
    return device.ints(counters, 2);
  }

  /// The rows that were left to float64 in one octet.
  int[] near() {
    return device.ints(near, undecided()[0]);
  }

  /// The rows that were left to float64 over all codes.
  int[] far() {
    return device.ints(far, undecided()[1]);
  }

  /// `[places x depth]`, packed.
  float[] points() {
    return device.floats(points, places * depth);
  }

  /// `[places]`.
  float[] windows() {
    return device.floats(windows, places);
  }

  /// `[places]`.
  float[] squares() {
    return device.floats(squares, places);
  }

  /// `[parts x places]`.
  float[] best() {
    return device.floats(best, parts * places);
  }

  /// `[parts x places]`.
  float[] second() {
    return device.floats(second, parts * places);
  }

  /// `[parts x places]`.
  int[] octets() {
    return device.ints(octets, parts * places);
  }

  /// `[rows]`.
  int[] ids() {
    return device.ints(ids, rows);
  }
}
