package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Replaces codes that hardly any vector goes to by vectors of the batch: distinct rows where there
/// are enough, else any, drawn by the seed and the step, so that training which goes on from a file
/// draws as if it had never stopped.
final class DeadCodes {
  private final EmaOptions options;
  private final long step;
  private final FloatMatrix codewords;
  private final float[] counts;
  private final FloatMatrix sums;

  DeadCodes(
      EmaOptions options, long step, FloatMatrix codewords, float[] counts, FloatMatrix sums) {
    this.options = options;
    this.step = step;
    this.codewords = codewords;
    this.counts = counts;
    this.sums = sums;
  }

  /// Replaces every dead code, in ascending order; none where no row takes part.
  ///
  /// @param members the vectors as they are averaged
  /// @param codes their codes; negative ones take no part
  /// @return how many there were
  int replace(FloatMatrix members, int[] codes) {
    int[] dead =
        IntStream.range(0, counts.length)
            .filter(code -> counts[code] < options.deadBelow())
            .toArray();
    if (dead.length == 0) {
      return 0;
    }
    int[] rows = IntStream.range(0, codes.length).filter(row -> codes[row] >= 0).toArray();
    if (rows.length == 0) {
      return 0;
    }
    SplittableRandom random = new SplittableRandom(options.seed() ^ Long.reverse(step));
    boolean distinct = rows.length >= dead.length;
    for (int i = 0; i < dead.length; i++) {
      int drawn = distinct ? random.nextInt(i, rows.length) : random.nextInt(rows.length);
      int row = rows[drawn];
      if (distinct) {
        rows[drawn] = rows[i];
      }
      replace(dead[i], members, row);
    }
    return dead.length;
  }

  private void replace(int code, FloatMatrix members, int row) {
    for (int i = 0; i < codewords.columns(); i++) {
      codewords.set(code, i, members.get(row, i));
      if (options.resetsStatistics()) {
        sums.set(code, i, (float) (members.get(row, i) * options.deadBelow()));
      }
    }
    if (options.resetsStatistics()) {
      counts[code] = (float) options.deadBelow();
    }
  }
}
