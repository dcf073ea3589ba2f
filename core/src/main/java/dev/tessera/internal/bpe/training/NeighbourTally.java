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

  /// Counts a neighbour `count` times, whose weights add up to `weight`.
  void add(int symbol, long weight, int count) {
    if (counts[symbol] == 0) {
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, 2 * size);
      }
      touched[size++] = symbol;
    }
    counts[symbol] += count;
    weights[symbol] += weight;
  }

  /// Counts all neighbours of `other`, too.
  void addAll(NeighbourTally other) {
    for (int i = 0; i < other.size; i++) {
      int symbol = other.touched[i];
      add(symbol, other.weights[symbol], other.counts[symbol]);
    }
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

  /// Takes from `all`, whose rooms are made, the room for the places of this tally, behind what was
  /// taken before.
  void takeRoom(NeighbourTally all) {
    for (int i = 0; i < size; i++) {
      int symbol = touched[i];
      int count = counts[symbol];
      places[symbol] = all.places[symbol];
      counts[symbol] = all.counts[symbol];
      all.counts[symbol] += count;
    }
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
