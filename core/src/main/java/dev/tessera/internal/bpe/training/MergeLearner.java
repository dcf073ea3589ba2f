package dev.tessera.internal.bpe.training;

import dev.tessera.kernel.WorkerPool;
import java.util.Arrays;
import java.util.function.Consumer;
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
  /// Fewer places than this are not worth another thread: waking it takes as long as joining some
  /// thousand.
  private static final int LEAST_PLACES = 1 << 13;

  private final WordSymbols symbols;
  private final PairFilter filter;
  private final PairTable table = new PairTable();
  private final PairQueue queue;
  private final WorkerPool pool;
  private final JoinPart[] parts; // one a thread
  private final JoinPart all = new JoinPart(); // the sum of several
  private final long least;
  private int[] cells; // by symbol, how many cells it covers
  private long key;

  /// Starts from words of bytes, each as the symbol that `byteSymbols` gives it.
  ///
  /// @param kinds how many symbols there are to begin with
  /// @param least how often a pair must occur to be joined, at least 1
  /// @param pool stays open for as long as the learner is used
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
    this.pool = pool;
    parts = new JoinPart[pool.threads()];
    Arrays.setAll(parts, thread -> new JoinPart());
    queue = new PairQueue(order);
    cells = new int[Math.max(1024, kinds)];
    Arrays.fill(cells, 0, kinds, 1);
    new FirstPairs(symbols, pool.threads()).fill(table, queue, filter, least, pool);
  }

  /// Starts from words in UTF-8, each character as the symbol that `characterSymbols` gives it, or
  /// as a boundary where that is negative.
  ///
  /// @param kinds how many symbols there are to begin with
  /// @param pool stays open for as long as the learner is used
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
    int count = share(places);
    runParts(
        count, part -> part.join(symbols, left(), right(), cells[left()], cells[right()], joined));
    JoinPart sum = count == 1 ? parts[0] : sum(count);
    addPairs(sum, joined);
    if (count > 1) {
      for (int i = 0; i < count; i++) {
        parts[i].before.takeRoom(sum.before);
        parts[i].behind.takeRoom(sum.behind);
      }
    }
    runParts(count, part -> part.place(symbols, cells[joined], joined));
    for (int i = 0; i < count; i++) {
      parts[i].clear();
    }
    all.clear();
  }

  /// Shares places out, whole words together.
  ///
  /// @return over how many parts
  private int share(int[] places) {
    int count = Math.clamp(places.length / LEAST_PLACES, 1, parts.length);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = (int) ((long) places.length * (i + 1) / count);
      to = Math.max(from, to);
      while (to > 0
          && to < places.length
          && symbols.word(places[to]) == symbols.word(places[to - 1])) {
        to++;
      }
      parts[i].reserve(cells.length);
      parts[i].take(places, from, to);
      from = to;
    }
    return count;
  }

  private void runParts(int count, Consumer<JoinPart> work) {
    if (count == 1) {
      work.accept(parts[0]);
      return;
    }
    pool.run(
        chunks -> {
          for (long part = chunks.next(); part >= 0; part = chunks.next()) {
            work.accept(parts[(int) part]);
          }
        },
        count);
  }

  private JoinPart sum(int count) {
    all.reserve(cells.length);
    for (int i = 0; i < count; i++) {
      all.before.addAll(parts[i].before);
      all.behind.addAll(parts[i].behind);
    }
    return all;
  }

  /// Takes the pairs that lost places down, and adds those that came to be.
  private void addPairs(JoinPart sum, int joined) {
    long doubled = sum.before.weight(joined);
    if (doubled > 0) {
      reduce(PairTable.key(/* left= */ right(), /* right= */ left()), doubled);
    }
    for (int i = 0; i < sum.before.size(); i++) {
      int symbol = sum.before.symbol(i);
      if (symbol != joined) {
        reduce(PairTable.key(symbol, left()), sum.before.weight(symbol));
      }
      add(sum.before, symbol, PairTable.key(symbol, joined));
    }
    for (int i = 0; i < sum.behind.size(); i++) {
      int symbol = sum.behind.symbol(i);
      reduce(PairTable.key(right(), symbol), sum.behind.weight(symbol));
      add(sum.behind, symbol, PairTable.key(joined, symbol));
    }
  }

  private void reserve(int symbol) {
    if (symbol >= cells.length) {
      cells =
          Arrays.copyOf(
              cells, Math.max(symbol + 1, (int) Math.min(Integer.MAX_VALUE - 8, 2L * symbol)));
    }
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
}
