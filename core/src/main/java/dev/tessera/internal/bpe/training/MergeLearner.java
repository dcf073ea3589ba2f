package dev.tessera.internal.bpe.training;

import dev.tessera.kernel.WorkerPool;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// Learns merge rules: finds the most frequent pair of neighbouring symbols and joins it wherever
/// it stands, from the left to the right, again and again.
///
/// A pair's count is that of all places where its symbols are neighbours, overlapping ones included
/// (`aaa` has two `aa`), each counted as often as its word occurs. A step touches the places of the
/// pair that it joins and their neighbours alone: every place is joined at most once, so all steps
/// together are linear in the symbols of the distinct words, whatever those look like, and a
/// logarithm for the queue.
///
/// All places of a pair come to be in one step, which makes the later of its two symbols, and after
/// it the pair only ever loses some. Therefore its places can be listed once, those that went are
/// skipped when the list is read, and a pair that begins too rare stays so.
public final class MergeLearner {
  private final WordSymbols symbols;
  private final PairFilter filter;
  private final PairTable table = new PairTable();
  private final PairQueue queue;
  private final NeighbourTally before = new NeighbourTally();
  private final NeighbourTally behind = new NeighbourTally();
  private final long least;
  private int[] cells; // by symbol, how many cells it covers
  private long key;

  /// Starts from words of bytes, each as the symbol that `byteSymbols` gives it.
  ///
  /// @param kinds how many symbols there are to begin with
  /// @param least how often a pair must occur to be joined, at least 1
  /// @param pool counts the first pairs
  public static MergeLearner ofBytes(
      WordCounts words,
      int[] byteSymbols,
      int kinds,
      long least,
      PairFilter filter,
      PairOrder order,
      WorkerPool pool) {
    return new MergeLearner(WordSymbols.of(words, byteSymbols), kinds, least, filter, order, pool);
  }

  /// @param symbols the words
  /// @param kinds how many symbols there are to begin with, each of one cell
  /// @param least how often a pair must occur to be joined, at least 1
  MergeLearner(
      WordSymbols symbols,
      int kinds,
      long least,
      PairFilter filter,
      PairOrder order,
      WorkerPool pool) {
    this.symbols = symbols;
    this.least = least;
    this.filter = filter;
    queue = new PairQueue(order);
    cells = new int[Math.max(1024, kinds)];
    Arrays.fill(cells, 0, kinds, 1);
    new FirstPairs(symbols, pool.threads()).fill(table, queue, filter, least, pool);
  }

  /// Starts from words in UTF-8, each character as the symbol that `characterSymbols` gives it, or
  /// as a boundary where that is negative.
  ///
  /// @param kinds how many symbols there are to begin with
  /// @param pool counts the first pairs
  public static MergeLearner ofCharacters(
      WordCounts words,
      IntUnaryOperator characterSymbols,
      int kinds,
      PairFilter filter,
      PairOrder order,
      WorkerPool pool) {
    return new MergeLearner(
        WordSymbols.ofCharacters(words, characterSymbols), kinds, 1, filter, order, pool);
  }

  /// Finds the pair to join next: the most frequent, of equal ones the first by the order.
  ///
  /// @return whether there is one that occurs often enough
  public boolean next() {
    while (!queue.isEmpty()) {
      key = queue.firstKey();
      int slot = table.find(key);
      long weight = slot < 0 ? 0 : table.weight(slot);
      if (weight == queue.firstWeight()) {
        return true;
      }
      if (weight >= least) {
        queue.replaceFirst(weight);
      } else {
        queue.removeFirst();
      }
    }
    return false;
  }

  /// Leaves the pair that [#next] found apart for good.
  public void skip() {
    table.remove(table.find(key));
    queue.removeFirst();
  }

  /// The left symbol of the pair that [#next] found.
  public int left() {
    return PairTable.left(key);
  }

  /// The right symbol of the pair that [#next] found.
  public int right() {
    return PairTable.right(key);
  }

  /// How often the pair occurs that [#next] found.
  public long weight() {
    return queue.firstWeight();
  }

  /// Joins the pair that [#next] found, wherever it stands, into the symbol `joined`, which stands
  /// nowhere yet.
  public void join(int joined) {
    int slot = table.find(key);
    int[] places = table.places(slot);
    table.remove(slot);
    queue.removeFirst();
    reserve(joined);
    cells[joined] = cells[left()] + cells[right()];
    before.reserve(cells.length);
    behind.reserve(cells.length);
    int joinedPlaces = join(places, joined);
    long doubled = before.weight(joined);
    if (doubled > 0) {
      reduce(PairTable.key(/* left= */ right(), /* right= */ left()), doubled);
    }
    for (int i = 0; i < before.size(); i++) {
      int symbol = before.symbol(i);
      long weight = before.weight(symbol);
      if (symbol != joined) {
        reduce(PairTable.key(symbol, left()), weight);
      }
      add(before, symbol, PairTable.key(symbol, joined));
    }
    for (int i = 0; i < behind.size(); i++) {
      int symbol = behind.symbol(i);
      reduce(PairTable.key(right(), symbol), behind.weight(symbol));
      add(behind, symbol, PairTable.key(joined, symbol));
    }
    place(places, joinedPlaces, joined);
    before.clear();
    behind.clear();
  }

  private void reserve(int symbol) {
    if (symbol >= cells.length) {
      cells =
          Arrays.copyOf(
              cells, Math.max(symbol + 1, (int) Math.min(Integer.MAX_VALUE - 8, 2L * symbol)));
    }
  }

  /// Joins the pair at those of `places` where it still stands, which are moved to the front, and
  /// counts the neighbours.
  ///
  /// @return how many they are
  private int join(int[] places, int joined) {
    int left = left();
    int right = right();
    int leftCells = cells[left];
    int rightCells = cells[right];
    int count = 0;
    for (int cell : places) {
      if (symbols.symbol(cell) != left || symbols.symbol(cell + leftCells) != right) {
        continue;
      }
      symbols.join(cell, leftCells, rightCells, joined);
      places[count++] = cell;
      long weight = symbols.weight(cell);
      int previous = symbols.before(cell);
      if (previous >= 0) {
        before.add(symbols.symbol(previous), weight);
      }
      int next = cell + leftCells + rightCells;
      int symbol = symbols.symbol(next);
      boolean joinedNext = symbol == left && symbols.symbol(next + leftCells) == right;
      if (symbol >= 0 && !joinedNext) {
        behind.add(symbol, weight);
      }
    }
    return count;
  }

  private void reduce(long pair, long weight) {
    int slot = table.find(pair);
    if (slot >= 0) {
      table.reduce(slot, weight, least);
    }
  }

  private void add(NeighbourTally side, int neighbour, long pair) {
    long weight = side.weight(neighbour);
    if (weight >= least && filter.allows(PairTable.left(pair), PairTable.right(pair))) {
      table.add(pair, weight, side.makeRoom(neighbour));
      queue.add(weight, pair);
    } else {
      side.leaveOut(neighbour);
    }
  }

  /// Lists the places of the new pairs.
  private void place(int[] places, int count, int joined) {
    int width = cells[joined];
    for (int i = 0; i < count; i++) {
      int cell = places[i];
      int previous = symbols.before(cell);
      if (previous >= 0) {
        before.place(symbols.symbol(previous), previous);
      }
      int symbol = symbols.symbol(cell + width);
      if (symbol >= 0 && symbol != joined) {
        behind.place(symbol, cell);
      }
    }
  }
}
