package dev.tessera.kernels.simd;

import dev.tessera.tensor.DoubleMatrix;
import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import org.jspecify.annotations.Nullable;

/// Finds the nearest codeword of each point of a [ScreenedChunk], all codewords allowed.
///
/// 1. The pair of codewords behind the least minimum is scored in float32; the better one's upper
///    bound gives a limit that no winner exceeds.
/// 2. Pairs whose minimum is within the limit are scored, too.
/// 3. Where one codeword alone is left within the limit, it is the nearest; else the definition
///    decides among those left.
///
/// Each step runs over many points before the next begins: short loops without branches overlap one
/// point's cache misses with the next one's arithmetic.
final class NearestOne {
  /// Pairs that are scored in one go, for any number of points.
  private static final int SPARE_PAIRS = 8192;

  /// Above this many pairs a second one is scored to lower the limit.
  private static final int MANY_PAIRS = 6;

  private final FlatCodebook codebook;
  private final ScreenedChunk chunk;
  private final NearestCodes nearest;
  private final int[] firstPairs;
  private final float[] firstLowers;
  private final float[] firstUppers;
  private final int[] starts;
  private final int[] ends;
  private final int[] pairs;
  private final int[] codes;
  private final float[] lowers;
  private final float[] uppers;

  NearestOne(FlatCodebook codebook, ScreenedChunk chunk, NearestCodes nearest) {
    this.codebook = codebook;
    this.chunk = chunk;
    this.nearest = nearest;
    int rows = ScreenedChunk.capacity(codebook.operand().codes());
    firstPairs = new int[rows];
    firstLowers = new float[2 * rows];
    firstUppers = new float[2 * rows];
    starts = new int[rows];
    ends = new int[rows];
    int capacity = SPARE_PAIRS + chunk.vectors() * Lanes.COUNT;
    pairs = new int[capacity];
    codes = new int[2 * capacity];
    lowers = new float[2 * capacity + Lanes.COUNT];
    uppers = new float[2 * capacity + Lanes.COUNT];
  }

  /// Searches for all points of the chunk.
  ///
  /// @param from the row of `x` that is the chunk's first point
  /// @param budget the most pairs that may be scored
  /// @return how many pairs were scored, or -1 if it would have been more than the budget; then
  ///   some points have no id yet
  long search(
      Screen screen,
      FloatMatrix x,
      long from,
      TokenIds ids,
      @Nullable DoubleMatrix distances,
      long budget) {
    int count = chunk.count();
    for (int row = 0; row < count; row++) {
      firstPairs[row] =
          CandidateScan.least(chunk.minima(), chunk.minimaStart(row), chunk.vectors());
    }
    for (int row = 0; row < count; row++) {
      int pair = firstPairs[row];
      chunk.minima()[chunk.minimaStart(row) + pair] = Screen.NOBODY;
      bound(screen, row, pair, firstLowers, firstUppers, 2 * row);
    }
    long scored = 0;
    int row = 0;
    while (row < count) {
      int end = collect(screen, row, budget - scored);
      if (end == row) {
        return -1;
      }
      for (int i = row; i < end; i++) {
        score(screen, i);
      }
      for (int i = row; i < end; i++) {
        decide(screen, x, from + i, i, ids, distances);
      }
      scored += ends[end - 1];
      row = end;
    }
    return scored;
  }

  private void bound(Screen screen, int row, int pair, float[] lowers, float[] uppers, int to) {
    PointChunk points = chunk.points();
    codebook
        .rows()
        .bound(
            screen.code(2 * pair),
            screen.code(2 * pair + 1),
            points.rows(),
            points.start(row),
            points.norm(row),
            lowers,
            uppers,
            to);
  }

  private float limit(int row, float upper) {
    return codebook.bounds().limit(upper, chunk.points().square(row));
  }

  /// Lists the pairs of points from `row` on, the first pair first, and returns the point where the
  /// list is full; `row` itself if that is beyond the budget.
  private int collect(Screen screen, int row, long budget) {
    int listed = 0;
    int next = row;
    while (next < chunk.count() && listed + chunk.vectors() * Lanes.COUNT < pairs.length) {
      starts[next] = listed;
      pairs[listed] = firstPairs[next];
      for (int i = 0; i < 2; i++) {
        lowers[2 * listed + i] = firstLowers[2 * next + i];
        uppers[2 * listed + i] = firstUppers[2 * next + i];
      }
      int others = listed + 1;
      float limit = limit(next, Math.min(uppers[2 * listed], uppers[2 * listed + 1]));
      int end =
          CandidateScan.collect(
              chunk.minima(), chunk.minimaStart(next), chunk.vectors(), limit, pairs, others);
      if (end - others > MANY_PAIRS) {
        end = tighten(screen, next, others, end);
      }
      ends[next] = end;
      listed = end;
      next++;
      if (listed > budget) {
        return row;
      }
    }
    return next;
  }

  /// Scores the pair of least minimum and drops those that its limit excludes; returns where the
  /// list ends now.
  private int tighten(Screen screen, int row, int from, int to) {
    int least = from;
    for (int i = from + 1; i < to; i++) {
      least = minimum(row, pairs[i]) < minimum(row, pairs[least]) ? i : least;
    }
    int pair = pairs[least];
    pairs[least] = pairs[from];
    pairs[from] = pair;
    bound(screen, row, pair, lowers, uppers, 2 * from);
    float limit = limit(row, CandidateScan.leastValue(uppers, 2 * from - 2, 2 * from + 2));
    int end = from + 1;
    for (int i = end; i < to; i++) {
      pair = pairs[i];
      pairs[end] = pair;
      end += minimum(row, pair) <= limit ? 1 : 0;
    }
    return end;
  }

  private float minimum(int row, int pair) {
    return chunk.minima()[chunk.minimaStart(row) + pair];
  }

  private void score(Screen screen, int row) {
    PointChunk points = chunk.points();
    int i = starts[row] + 1;
    for (; i + 1 < ends[row]; i += 2) { // two pairs are a group
      codes[2 * i] = screen.code(2 * pairs[i]);
      codes[2 * i + 1] = screen.code(2 * pairs[i] + 1);
      codes[2 * i + 2] = screen.code(2 * pairs[i + 1]);
      codes[2 * i + 3] = screen.code(2 * pairs[i + 1] + 1);
      codebook
          .rows()
          .bound(codes, 2 * i, points.rows(), points.start(row), points.norm(row), lowers, uppers);
    }
    if (i < ends[row]) {
      bound(screen, row, pairs[i], lowers, uppers, 2 * i);
    }
  }

  private void decide(
      Screen screen,
      FloatMatrix x,
      long xRow,
      int row,
      TokenIds ids,
      @Nullable DoubleMatrix distances) {
    int start = 2 * starts[row];
    int end = 2 * ends[row];
    float limit = limit(row, CandidateScan.leastValue(uppers, start, end));
    boolean screened = chunk.points().fate(row) == PointChunk.Fate.SCREENED;
    if (screened && distances == null && !codebook.outlierWithin(chunk.points(), row, limit)) {
      int only = CandidateScan.only(lowers, start, end, limit);
      if (only >= 0) {
        ids.set(xRow, 0, code(screen, only));
        return;
      }
    }
    nearest.begin(1);
    if (screened) {
      for (int i = start; i < end; i++) {
        if (lowers[i] <= limit) {
          nearest.add(x, xRow, code(screen, i));
        }
      }
      for (int code : codebook.centred().outliers()) {
        nearest.add(x, xRow, code);
      }
    } else {
      nearest.addAll(x, xRow, 0, codebook.operand().codes());
    }
    nearest.write(ids, distances, xRow);
  }

  /// The code of an entry of the bounds.
  private int code(Screen screen, int entry) {
    return screen.code(2 * pairs[entry / 2] + entry % 2);
  }
}
