package dev.tessera.kernels.simd;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the nearest codewords of a point of a [ScreenedChunk], several of them or within a range
/// of codes, by the steps of [NearestOne]: the limit is an upper bound of the score of the last
/// neighbour, and the definition orders what is within.
final class NearestMany {
  /// Where a point wants more than one in so many codes, the definition looks at all of them.
  private static final int MANY = 8;

  private final FlatCodebook codebook;
  private final ScreenedChunk chunk;
  private final NearestCodes nearest;
  private final float[] pairLowers = new float[2];
  private final float[] pairUppers = new float[2];
  private final int[] pairs;
  private float[] uppers = new float[1]; // the least upper bounds of the neighbours, ascending
  private int[] codes = new int[64];
  private float[] lowers = new float[64];
  private int count;
  private int neighbours;
  private int low;
  private int high;

  NearestMany(FlatCodebook codebook, ScreenedChunk chunk, NearestCodes nearest) {
    this.codebook = codebook;
    this.chunk = chunk;
    this.nearest = nearest;
    pairs = new int[chunk.vectors() * Lanes.COUNT];
  }

  /// Searches among the codes `[low, high)` for the nearest codewords of the point in `row`.
  ///
  /// @param screen with codes in their own order where the range is not all of them
  /// @param xRow the point's row in `x`
  void search(
      Screen screen,
      FloatMatrix x,
      long xRow,
      int row,
      int neighbours,
      int low,
      int high,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    nearest.begin(neighbours);
    boolean few = (long) MANY * neighbours < high - low;
    if (few && chunk.points().fate(row) == PointChunk.Fate.SCREENED) {
      begin(neighbours, low, high);
      scan(screen, row);
      for (int i = 0; i < count; i++) {
        nearest.add(x, xRow, codes[i]);
      }
      for (int code : codebook.centred().outliers()) {
        if (code >= low && code < high) {
          nearest.add(x, xRow, code);
        }
      }
    } else {
      nearest.addAll(x, xRow, low, high);
    }
    nearest.write(ids, distances, xRow);
  }

  private void begin(int neighbours, int low, int high) {
    this.neighbours = neighbours;
    this.low = low;
    this.high = high;
    count = 0;
    if (uppers.length < neighbours) {
      uppers = new float[neighbours];
    }
    Arrays.fill(uppers, 0, neighbours, Float.POSITIVE_INFINITY);
  }

  private void scan(Screen screen, int row) {
    float[] minima = chunk.minima();
    int all = codebook.operand().codes();
    boolean ranged = low > 0 || high < all;
    int firstPair = low / 2;
    int endPair = Math.ceilDiv(high, 2);
    int step = CandidateScan.STEP * Lanes.COUNT;
    int windowStart = ranged ? firstPair / step * step : 0;
    int windowEnd = ranged ? Math.ceilDiv(endPair, step) * step : chunk.vectors() * Lanes.COUNT;
    int at = chunk.minimaStart(row) + windowStart;
    if (ranged) {
      raise(minima, row, windowStart, firstPair);
      raise(minima, row, endPair, windowEnd);
    }
    int vectors = (windowEnd - windowStart) / Lanes.COUNT;
    int taken = 0;
    while (uppers[neighbours - 1] == Float.POSITIVE_INFINITY && taken < endPair - firstPair) {
      int pair = windowStart + CandidateScan.least(minima, at, vectors);
      raise(minima, row, pair, pair + 1);
      score(screen, row, pair);
      taken++;
    }
    int end = CandidateScan.collect(minima, at, vectors, limit(row), pairs, 0);
    for (int i = 0; i < end; i++) {
      score(screen, row, windowStart + pairs[i]);
    }
    float limit = limit(row);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (lowers[i] <= limit) {
        codes[kept++] = codes[i];
      }
    }
    count = kept;
  }

  private float limit(int row) {
    return codebook.bounds().limit(uppers[neighbours - 1], chunk.points().square(row));
  }

  /// Puts pairs `from` to `to - 1` out of the search.
  private void raise(float[] minima, int row, int from, int to) {
    int start = chunk.minimaStart(row);
    Arrays.fill(minima, start + from, start + to, Screen.NOBODY);
  }

  private void score(Screen screen, int row, int pair) {
    PointChunk points = chunk.points();
    codebook
        .rows()
        .bound(
            screen.code(2 * pair),
            screen.code(2 * pair + 1),
            points.rows(),
            points.start(row),
            points.norm(row),
            pairLowers,
            pairUppers,
            0);
    for (int i = 0; i < 2; i++) {
      int code = screen.code(2 * pair + i);
      if (code >= low && code < high && pairLowers[i] < Screen.NOBODY / 2) {
        add(code, pairLowers[i], pairUppers[i]);
      }
    }
  }

  private void add(int code, float lower, float upper) {
    if (count == codes.length) {
      codes = Arrays.copyOf(codes, 2 * count);
      lowers = Arrays.copyOf(lowers, 2 * count);
    }
    codes[count] = code;
    lowers[count] = lower;
    count++;
    int place = neighbours - 1;
    if (upper < uppers[place]) {
      while (place > 0 && uppers[place - 1] > upper) {
        uppers[place] = uppers[place - 1];
        place--;
      }
      uppers[place] = upper;
    }
  }
}
