package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.RoundingError;
import dev.tessera.kernel.WorkerPool;
import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// For each codeword the codewords around it, the nearest first, with proven lower bounds of their
/// distances, by squared Euclidean distance, in the coordinates of [CentredCodebook].
///
/// With `X` a codeword taken as a point, `|X - C_j|^2 = 2 score_j + |X|^2`; the scores' lower
/// bounds come from the screen over all dimensions, and for those listed from [CodewordRows].
final class NeighbourLists {
  /// Pairs of codewords that a list is made of, at least, where there are so many.
  private static final int LEAST_PAIRS = 32;

  /// Looking for a limit ends where it gives at most so many pairs.
  private static final int ENOUGH_PAIRS = 44;

  /// Halvings of the distance; some 10 are needed.
  private static final int MOST_STEPS = 40;

  /// A codeword with more pairs that cannot be told apart has no list.
  private static final int MOST_PAIRS = 128;

  private static final int GROUP = CodewordRows.GROUP;

  /// The most codewords of a list, its own and what fills up the last group included.
  static final int MOST_CODES = 2 * MOST_PAIRS + GROUP;

  private static final int[] NONE = {};

  private final FlatCodebook codebook;
  private final int[][] codes;
  private final float[][] distances;
  private final float[] horizons;

  /// Lists all neighbours, shared out over the pool's threads.
  NeighbourLists(FlatCodebook codebook, WorkerPool pool) {
    this.codebook = codebook;
    int count = codebook.operand().codes();
    codes = new int[count][];
    distances = new float[count][];
    horizons = new float[count];
    int step = ScreenedChunk.capacity(count);
    pool.run(
        chunks -> {
          Worker worker = new Worker(codebook);
          for (long chunk = chunks.next(); chunk >= 0; chunk = chunks.next()) {
            int from = (int) chunk * step;
            worker.list(from, Math.min(step, count - from));
          }
        },
        Math.ceilDiv(count, step));
  }

  /// The codewords around a codeword, itself first; whole groups, filled up with the number of
  /// codewords, which stands for none. Empty where they are not known.
  int[] codes(int code) {
    return codes[code];
  }

  /// Lower bounds of the distances to [#codes(int)], ascending.
  float[] distances(int code) {
    return distances[code];
  }

  /// A lower bound of the distances to all codewords that are not listed, the far ones of
  /// [CentredCodebook#outliers()] excepted.
  float horizon(int code) {
    return horizons[code];
  }

  /// Bytes held.
  long bytes() {
    long listed = 0;
    for (int[] list : codes) {
      listed += list.length;
    }
    return listed * (Integer.BYTES + Float.BYTES) + (long) horizons.length * Float.BYTES;
  }

  /// `|X|^2` may be off by this much, relatively, for being summed in float32.
  static double squareError(int dim) {
    return 2 * RoundingError.ofFloats(CodewordRows.roundings(dim) + 8);
  }

  /// Lists the neighbours of some codewords.
  private final class Worker {
    private final ScreenedChunk chunk;
    private final Screen screen;
    private final FloatMatrix codewords;
    private final double squareError;
    private final double greatestNorm;
    private final int[] order;
    private final int[] pairs;
    private final float[] lowers = new float[2];
    private final float[] uppers = new float[2];
    private final int[] found = new int[MOST_CODES];
    private final float[] foundDistances = new float[MOST_CODES];

    Worker(FlatCodebook codebook) {
      chunk = new ScreenedChunk(codebook);
      screen = codebook.dense();
      codewords = codebook.operand().codewords();
      squareError = squareError(codebook.operand().dim());
      double greatest = 0;
      for (int code = 0; code < codebook.operand().codes(); code++) {
        if (!codebook.centred().isOutlier(code)) {
          greatest = Math.max(greatest, codebook.centred().norm(code));
        }
      }
      greatestNorm = greatest;
      order = new int[ScreenedChunk.capacity(codebook.operand().codes())];
      Arrays.setAll(order, i -> i);
      pairs = new int[chunk.vectors() * Lanes.COUNT];
    }

    void list(int from, int count) {
      chunk.load(screen, codewords, from, order, count);
      chunk.screen();
      for (int row = 0; row < count; row++) {
        codes[from + row] = NONE;
        distances[from + row] = new float[0];
        horizons[from + row] = 0;
        if (chunk.points().fate(row) == PointChunk.Fate.SCREENED
            && !codebook.centred().isOutlier(from + row)) {
          listOf(row, from + row);
        }
      }
    }

    private void listOf(int row, int code) {
      float limit = limit(row);
      int vectors = chunk.vectors();
      int at = chunk.minimaStart(row);
      if (CandidateScan.count(chunk.minima(), at, vectors, limit) > MOST_PAIRS) {
        return;
      }
      float horizon = limit < Screen.NOBODY / 2 ? distance(row, limit) : Float.POSITIVE_INFINITY;
      int end = CandidateScan.collect(chunk.minima(), at, vectors, limit, pairs, 0);
      found[0] = code;
      foundDistances[0] = 0;
      int count = 1;
      for (int i = 0; i < end; i++) {
        count = add(row, code, pairs[i], horizon, count);
      }
      int padded = Math.ceilDiv(count, GROUP) * GROUP;
      Arrays.fill(found, count, padded, codebook.operand().codes());
      Arrays.fill(foundDistances, count, padded, Float.POSITIVE_INFINITY);
      codes[code] = Arrays.copyOf(found, padded);
      distances[code] = Arrays.copyOf(foundDistances, padded);
      horizons[code] = horizon;
    }

    /// A limit that enough minima are within; above all of them where there are not that many.
    /// Halves the squared distance between nothing and the farthest codeword.
    private float limit(int row) {
      if (codebook.operand().codes() <= 2 * ENOUGH_PAIRS) {
        return Screen.NOBODY / 2;
      }
      int at = chunk.minimaStart(row);
      double square = chunk.points().square(row);
      double farthest = Math.sqrt(square) + greatestNorm;
      double low = -0.5 * square;
      double high = low + 0.5 * farthest * farthest;
      for (int step = 0; step < MOST_STEPS; step++) {
        float middle = (float) (0.5 * (low + high));
        int count = CandidateScan.count(chunk.minima(), at, chunk.vectors(), middle);
        if (count < LEAST_PAIRS) {
          low = middle;
        } else if (count > ENOUGH_PAIRS) {
          high = middle;
        } else {
          return middle;
        }
      }
      return (float) high;
    }

    private float distance(int row, float lowerScore) {
      double square = chunk.points().square(row) * (1 - squareError);
      return RoundingError.roundDown(Math.sqrt(Math.max(0, 2.0 * lowerScore + square)));
    }

    /// Inserts the two codewords of a pair where they are within the horizon.
    private int add(int row, int own, int pair, float horizon, int count) {
      PointChunk points = chunk.points();
      int end = count;
      int first = screen.code(2 * pair);
      int second = screen.code(2 * pair + 1);
      codebook
          .rows()
          .bound(
              first, second, points.rows(), points.start(row), points.norm(row), lowers, uppers, 0);
      for (int i = 0; i < 2; i++) {
        int code = i == 0 ? first : second;
        float distance = distance(row, lowers[i]);
        if (code != own && lowers[i] < Screen.NOBODY / 2 && distance < horizon) {
          int place = end;
          while (place > 1 && foundDistances[place - 1] > distance) {
            found[place] = found[place - 1];
            foundDistances[place] = foundDistances[place - 1];
            place--;
          }
          found[place] = code;
          foundDistances[place] = distance;
          end++;
        }
      }
      return end;
    }
  }
}
