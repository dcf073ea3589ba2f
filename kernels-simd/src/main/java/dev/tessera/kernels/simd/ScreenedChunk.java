package dev.tessera.kernels.simd;

import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A chunk of points with the lane minima of their lower bounds. One worker's memory, used again
/// for every chunk.
final class ScreenedChunk {
  /// The most points: a multiple of what a tile and the projection take at once.
  private static final int MOST_ROWS = 96;

  private static final int LEAST_ROWS = 24;

  /// Bytes of minima that a chunk should not exceed: they stay in the L2 cache, in part.
  private static final long MINIMA_BYTES = 1 << 20;

  /// Panels that all points of a chunk go through before the next ones are read: half of an L2
  /// cache of 1 MB.
  private static final long PANEL_CHUNK_BYTES = 512 << 10;

  private final PointChunk points;
  private final float[] minima;
  private final int vectors;
  private final float[] block = Projection.newBlock();
  private float[] projected = new float[0];
  private float[] packed = new float[0];
  private @Nullable Screen screen;
  private int count;

  ScreenedChunk(FlatCodebook codebook) {
    int codes = codebook.operand().codes();
    int capacity = capacity(codes);
    points = new PointChunk(codebook.centred(), codebook.bounds(), capacity);
    vectors =
        Math.ceilDiv(Math.ceilDiv(codes, Screen.PANEL_CODES), CandidateScan.STEP)
            * CandidateScan.STEP;
    minima = new float[Math.multiplyExact(capacity, vectors * Lanes.COUNT)];
    Arrays.fill(minima, Screen.NOBODY);
  }

  /// How many points a chunk may have.
  static int capacity(int codes) {
    long stride = Math.ceilDiv(codes, 2L) * Float.BYTES;
    int fitting = Math.clamp(MINIMA_BYTES / stride, LEAST_ROWS, MOST_ROWS);
    return fitting / LEAST_ROWS * LEAST_ROWS;
  }

  PointChunk points() {
    return points;
  }

  int count() {
    return count;
  }

  /// The lane minima of all points. An array, although its vectors do not begin at cache lines:
  /// each store to a segment makes C2 check the segment anew, 50 instructions for each point and
  /// panel, half of the time of a tile of 17 steps.
  float[] minima() {
    return minima;
  }

  /// The element at which the minima of a point begin; that of pair i is the i-th from there.
  int minimaStart(int row) {
    return row * stride();
  }

  private int stride() {
    return vectors * Lanes.COUNT;
  }

  /// Vectors of minima a point, a multiple of [CandidateScan#STEP]; what is beyond the panels is
  /// [Screen#NOBODY].
  int vectors() {
    return vectors;
  }

  /// Reads rows `from + order[0]` to `from + order[count - 1]` and packs their coordinates for the
  /// tiles.
  void load(Screen screen, FloatMatrix x, long from, int[] order, int count) {
    this.screen = screen;
    this.count = count;
    int needed = capacityOf(count) * screen.steps();
    if (packed.length < needed) {
      packed = new float[needed];
    }
    points.load(x, from, order, count);
    Projection projection = screen.projection();
    if (projection == null) {
      for (int row = 0; row < count; row++) {
        packWhole(screen, row);
      }
    } else {
      project(screen, projection);
    }
  }

  private static int capacityOf(int count) {
    return Math.ceilDiv(count, LEAST_ROWS) * LEAST_ROWS;
  }

  private void project(Screen screen, Projection projection) {
    int together = Projection.POINTS;
    int stride = projection.stride();
    if (projected.length < together * stride) {
      projected = new float[together * stride];
    }
    for (int row = 0; row < count; row += together) {
      projection.project(points.rows(), points.start(row), points.stride(), block, projected, 0);
      for (int p = 0; p < Math.min(together, count - row); p++) {
        packProjected(screen, row + p, p * stride);
      }
    }
  }

  private void packProjected(Screen screen, int row, int at) {
    int depth = screen.depth();
    int width = ScreenTiles.width(row, count);
    int to = ScreenTiles.position(row, screen.steps());
    float square = 0;
    for (int k = 0; k < depth; k++) {
      float p = projected[at + k];
      packed[to + k * width] = p;
      square += p * p;
    }
    packed[to + depth * width] = screen.tail(points.square(row) - square, points.norm(row));
  }

  private void packWhole(Screen screen, int row) {
    int depth = screen.depth();
    int width = ScreenTiles.width(row, count);
    int to = ScreenTiles.position(row, screen.steps());
    transpose(points.rows(), points.start(row), depth, packed, to, width);
    packed[to + depth * width] = screen.tail(0, points.norm(row));
  }

  private static void transpose(
      float[] rows, int from, int depth, float[] packed, int to, int width) {
    for (int k = 0; k < depth; k++) {
      packed[to + k * width] = rows[from + k];
    }
  }

  /// Writes the minima of all points over all panels.
  void screen() {
    Screen screen = loaded();
    int chunk = Math.clamp(PANEL_CHUNK_BYTES / screen.panelBytes(), 1, screen.count());
    for (int panel = 0; panel < screen.count(); panel += chunk) {
      int panels = Math.min(chunk, screen.count() - panel);
      for (int row = 0; row < count; row += ScreenTiles.width(row, count)) {
        screen(screen, row, panel, panels);
      }
    }
  }

  /// Writes the minima of each group of points that share a tile over the panels that one of them
  /// needs.
  ///
  /// @param lows the first code that each point may get
  /// @param highs one past the last code that each point may get
  void screen(int[] lows, int[] highs) {
    Screen screen = loaded();
    int width;
    for (int row = 0; row < count; row += width) {
      width = ScreenTiles.width(row, count);
      int low = lows[row];
      int high = highs[row];
      for (int other = row + 1; other < Math.min(row + width, count); other++) {
        low = Math.min(low, lows[other]);
        high = Math.max(high, highs[other]);
      }
      int panel = low / Screen.PANEL_CODES;
      screen(screen, row, panel, Math.ceilDiv(high, Screen.PANEL_CODES) - panel);
    }
  }

  private Screen loaded() {
    Screen screen = this.screen;
    if (screen == null) {
      throw new IllegalStateException("no points were loaded");
    }
    return screen;
  }

  private void screen(Screen screen, int row, int panel, int panels) {
    ScreenTiles.screen(
        ScreenTiles.width(row, count),
        screen,
        panel,
        panels,
        packed,
        row * screen.steps(),
        minima,
        minimaStart(row),
        stride());
  }
}
