package dev.tessera.internal.bpe.training;

import java.util.Arrays;

/// What stands on one side of a symbol that has just been made: for each neighbour, how often, and
/// then where. Arrays by symbol, reset as they are read, so that a step costs what it touches.
final class NeighbourTally {
  private static final int[] NOWHERE = {};

  private long[] weights = new long[1024];
  private int[] counts = new int[1024];
  private int[][] places = new int[1024][];
  private int[] touched = new int[64];
  private int size;

  /// Makes room for symbols below `symbols`.
  void reserve(int symbols) {
    if (symbols > weights.length) {
      int capacity = Math.max(symbols, (int) Math.min(Integer.MAX_VALUE - 8, 2L * weights.length));
      weights = Arrays.copyOf(weights, capacity);
      counts = Arrays.copyOf(counts, capacity);
      places = Arrays.copyOf(places, capacity);
    }
  }

  /// Counts a neighbour.
  void add(int symbol, long weight) {
    if (counts[symbol]++ == 0) {
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = symbol;
    }
    weights[symbol] += weight;
  }

  /// How many different neighbours there are.
  int size() {
    return size;
  }

  /// The neighbour that was found as the `i`-th.
  int symbol(int i) {
    return touched[i];
  }

  long weight(int symbol) {
    return weights[symbol];
  }

  /// Makes room for the places of `symbol`, which [#place] fills.
  int[] makeRoom(int symbol) {
    places[symbol] = new int[counts[symbol]];
    counts[symbol] = 0;
    return places[symbol];
  }

  /// Leaves the places of `symbol` out.
  void leaveOut(int symbol) {
    places[symbol] = NOWHERE;
  }

  /// Writes the next place of `symbol`.
  void place(int symbol, int cell) {
    int[] room = places[symbol];
    if (room.length > 0) {
      room[counts[symbol]++] = cell;
    }
  }

  /// Forgets all neighbours.
  void clear() {
    for (int i = 0; i < size; i++) {
      int symbol = touched[i];
      weights[symbol] = 0;
      counts[symbol] = 0;
      places[symbol] = NOWHERE;
    }
    size = 0;
  }
}
