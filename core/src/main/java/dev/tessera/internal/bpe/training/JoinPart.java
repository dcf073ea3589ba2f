package dev.tessera.internal.bpe.training;

/// A thread's part of a step: joins a pair at some of its places, whole words of them, and finds
/// what then stands on both sides.
final class JoinPart {
  final NeighbourTally before = new NeighbourTally();
  final NeighbourTally behind = new NeighbourTally();
  private int[] places = {};
  private int from;
  private int to;

  /// Takes `places[from .. to)`.
  void take(int[] places, int from, int to) {
    this.places = places;
    this.from = from;
    this.to = to;
  }

  /// Joins the pair where it still stands, and counts the neighbours. These places are moved to the
  /// front of the part, the others dropped.
  void join(WordSymbols symbols, int left, int right, int leftCells, int rightCells, int joined) {
    int kept = from;
    for (int i = from; i < to; i++) {
      int cell = places[i];
      if (symbols.symbol(cell) != left || symbols.symbol(cell + leftCells) != right) {
        continue;
      }
      symbols.join(cell, leftCells, rightCells, joined);
      places[kept++] = cell;
      long weight = symbols.weight(cell);
      int previous = symbols.before(cell);
      if (previous >= 0) {
        before.add(symbols.symbol(previous), weight, 1);
      }
      int next = cell + leftCells + rightCells;
      int symbol = symbols.symbol(next);
      boolean joinedNext = symbol == left && symbols.symbol(next + leftCells) == right;
      if (symbol >= 0 && !joinedNext) {
        behind.add(symbol, weight, 1);
      }
    }
    to = kept;
  }

  /// Lists the places of the pairs that came to be.
  void place(WordSymbols symbols, int joinedCells, int joined) {
    for (int i = from; i < to; i++) {
      int cell = places[i];
      int previous = symbols.before(cell);
      if (previous >= 0) {
        before.place(symbols.symbol(previous), previous);
      }
      int symbol = symbols.symbol(cell + joinedCells);
      if (symbol >= 0 && symbol != joined) {
        behind.place(symbol, cell);
      }
    }
  }

  /// Makes room for symbols below `symbols`.
  void reserve(int symbols) {
    before.reserve(symbols);
    behind.reserve(symbols);
  }

  /// Forgets the step.
  void clear() {
    before.clear();
    behind.clear();
    places = new int[0];
  }
}
