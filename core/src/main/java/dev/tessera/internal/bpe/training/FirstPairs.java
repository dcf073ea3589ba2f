package dev.tessera.internal.bpe.training;

import dev.tessera.kernel.WorkerPool;

/// Counts the pairs of neighbouring symbols before anything is joined, on all threads: ranges of
/// whole words, whose counts are added and whose places follow one another, so that each pair's
/// places ascend.
final class FirstPairs {
  /// Fewer cells than this are not worth another thread.
  private static final int LEAST_CELLS = 1 << 16;

  private final WordSymbols symbols;
  private final PairTally[] tallies;
  private final int[] ends;

  FirstPairs(WordSymbols symbols, int threads) {
    this.symbols = symbols;
    int ranges = Math.clamp(symbols.end() / LEAST_CELLS, 1, threads);
    tallies = new PairTally[ranges];
    ends = new int[ranges];
    for (int range = 0; range < ranges; range++) {
      tallies[range] = new PairTally();
      int end = (int) ((long) symbols.end() * (range + 1) / ranges);
      while (end < symbols.end() && symbols.symbol(end) != WordSymbols.EDGE) {
        end++;
      }
      ends[range] = end;
    }
  }

  /// Fills `table` and `queue` with the pairs that weigh at least `least` and may be joined.
  void fill(PairTable table, PairQueue queue, PairFilter filter, long least, WorkerPool pool) {
    pool.run(
        chunks -> {
          for (long range = chunks.next(); range >= 0; range = chunks.next()) {
            count((int) range);
          }
        },
        tallies.length);
    PairTally all = new PairTally();
    for (PairTally tally : tallies) {
      all.addAll(tally);
    }
    all.moveInto(table, queue, filter, least);
    for (PairTally tally : tallies) {
      tally.takePlaces(all);
    }
    pool.run(
        chunks -> {
          for (long range = chunks.next(); range >= 0; range = chunks.next()) {
            place((int) range);
          }
        },
        tallies.length);
  }

  private int start(int range) {
    return range == 0 ? 1 : Math.max(1, ends[range - 1]);
  }

  private void count(int range) {
    PairTally tally = tallies[range];
    for (int cell = start(range) + 1; cell < ends[range]; cell++) {
      int left = symbols.symbol(cell - 1);
      int right = symbols.symbol(cell);
      if (left >= 0 && right >= 0) {
        tally.add(PairTable.key(left, right), symbols.weight(cell), 1);
      }
    }
  }

  private void place(int range) {
    PairTally tally = tallies[range];
    for (int cell = start(range) + 1; cell < ends[range]; cell++) {
      int left = symbols.symbol(cell - 1);
      int right = symbols.symbol(cell);
      if (left >= 0 && right >= 0) {
        tally.place(PairTable.key(left, right), cell - 1);
      }
    }
  }
}
