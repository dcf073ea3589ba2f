package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// What `centre` and the screens leave behind: points in the screens' coordinates, windows,
/// squares, and bounds that must bound.
final class ScreenCheck {
  private final SearchCase search;
  private final ScreenVariant screen;
  private final SearchDefinition definition;
  private final CheckedCodebook codebook;
  private final SearchArrays arrays;
  private final Findings findings;
  private final float[] packed;
  private final float[] windows;
  private final float[] squares;
  private final int depth;
  private final int places;

  /// @param arrays hold centred points
  ScreenCheck(
      SearchCase search,
      SearchDefinition definition,
      CheckedCodebook codebook,
      SearchArrays arrays,
      Findings findings) {
    this.search = search;
    this.definition = definition;
    this.codebook = codebook;
    this.arrays = arrays;
    this.findings = findings;
    screen = search.screen();
    depth = codebook.depth();
    places = screen.places(search.rows());
    packed = arrays.points();
    windows = arrays.windows();
    squares = arrays.squares();
  }

  private int column0(int row) {
    return row / screen.pointTile() * depth * screen.pointTile() + row % screen.pointTile();
  }

  /// The points, their windows and their squares.
  void checkCentred() {
    for (int row = 0; row < places; row++) {
      if (row >= search.rows()) {
        checkPadding(row);
      } else if (squares[row] < 0) {
        findings.require(
            !definition.isFinite(row) || isFarOut(row), "row %d is left to the definition", row);
      } else {
        checkPoint(row);
      }
    }
  }

  private void checkPadding(int row) {
    findings.require(windows[row] == 0, "padding has the window %s", windows[row]);
    for (int k = 0; k < depth; k++) {
      findings.require(
          packed[column0(row) + k * screen.pointTile()] == 0, "padding in row %d", row);
    }
  }

  /// Whether float32 may not hold the row's squares.
  private boolean isFarOut(int row) {
    double square = 0;
    double centredSquare = 0;
    for (int k = 0; k < search.dim(); k++) {
      double x = definition.points().get(row, k);
      double centred = (x - codebook.centred().mean()[k]) * codebook.centred().scale();
      square += x * x;
      centredSquare += centred * centred;
    }
    return search.metric() == Metric.COSINE
        ? square < 0x1p-79 || square > 0x1p79
        : centredSquare > 0x1p59;
  }

  private void checkPoint(int row) {
    FloatMatrix points = definition.points();
    boolean cosine = search.metric() == Metric.COSINE;
    double scale = codebook.centred().scale();
    findings.require(
        definition.isFinite(row), "row %d is screened, with a NaN or an infinity", row);
    double norm = 0;
    for (int i = 0; i < search.dim(); i++) {
      norm += (double) points.get(row, i) * points.get(row, i);
    }
    double divisor = cosine ? Math.sqrt(norm) : 1;
    double exactSquare = 0;
    for (int k = 0; k < depth; k++) {
      float x = packed[column0(row) + k * screen.pointTile()];
      if (k >= search.dim()) {
        findings.require(x == 0, "row %d has %s in column %d, which pads", row, x, k);
        continue;
      }
      double part = points.get(row, k) / divisor;
      double mean = codebook.centred().mean()[k];
      double exact = (part - mean) * scale;
      double error =
          cosine
              ? 0x1p-19 * (Math.abs(part) + Math.abs(mean)) * scale
              : 0x1p-24 * Math.abs(exact) + Double.MIN_NORMAL;
      findings.require(
          Math.abs(x - exact) <= error, "row %d, column %d: %s, not %s", row, k, x, exact);
      exactSquare = Math.fma((double) x, x, exactSquare);
    }
    double window = Math.sqrt(exactSquare) + codebook.bounds().omega();
    findings.require(
        windows[row] >= window * (1 - 1e-5) && windows[row] <= window * 1.001 + 1e-30,
        "row %d has the window %s, not %s",
        row,
        windows[row],
        window);
    findings.require(
        Math.abs(squares[row] - exactSquare) <= 1e-4 * exactSquare + 1e-37,
        "row %d has the square %s, not %s",
        row,
        squares[row],
        exactSquare);
  }

  /// The chain's bits, the octets' minima, and that the bounds bound; behind the last launch.
  void checkScreened() {
    float[] bests = arrays.best();
    float[] seconds = arrays.second();
    int[] octets = arrays.octets();
    for (int row = 0; row < search.rows(); row++) {
      if (squares[row] < 0) {
        continue;
      }
      float[] minima = minima(row);
      float least = 1e30f;
      float other = 1e30f;
      int leastOctet = 0;
      for (int part = 0; part < search.parts(); part++) {
        float bound = bests[part * places + row];
        other = Math.min(Math.min(other, seconds[part * places + row]), Math.max(least, bound));
        if (bound < least) {
          least = bound;
          leastOctet = octets[part * places + row];
        }
      }
      float[] sorted = minima.clone();
      Arrays.sort(sorted);
      float expectedOther = sorted.length > 1 ? sorted[1] : 1e30f;
      findings.require(least == sorted[0], "row %d: least bound %s, not %s", row, least, sorted[0]);
      findings.require(
          other == expectedOther, "row %d: second bound %s, not %s", row, other, expectedOther);
      findings.require(
          leastOctet < minima.length && minima[leastOctet] == least,
          "row %d: octet %d has not the least bound %s",
          row,
          leastOctet,
          least);
    }
  }

  /// The least bound of each octet, by the chain that the screens compute; checks that none lies
  /// above its code's score.
  private float[] minima(int row) {
    float[] minima = new float[Math.ceilDiv(search.codes(), 8)];
    Arrays.fill(minima, 1e30f);
    float[] x = new float[search.dim()];
    definition.points().copyRow(row, x, 0);
    int tile = screen.pointTile();
    for (int code = 0; code < search.codes(); code++) {
      float bound =
          screen.source().equals("screen_small")
              ? codebook.octetBound(packed, column0(row), tile, windows[row], code)
              : codebook.bound(packed, column0(row), tile, windows[row], code);
      minima[code / 8] = Math.min(minima[code / 8], bound);
      if (!codebook.centred().isOutlier(code)) {
        double score = codebook.score(x, code);
        findings.require(
            bound <= score, "row %d, code %d: bound %s, score %s", row, code, bound, score);
      }
    }
    return minima;
  }
}
