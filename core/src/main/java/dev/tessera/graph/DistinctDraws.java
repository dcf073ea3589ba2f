package dev.tessera.graph;

import java.util.Arrays;

/// Draws distinct numbers below a bound, each ordered choice as likely as any other: the first
/// steps of a Fisher-Yates shuffle of 0, 1, 2, ..., of which only the places are kept that a step
/// has touched. So a draw costs the numbers drawn, not the bound. Reused between draws; not
/// thread-safe.
final class DistinctDraws {
  private static final long FREE = -1;

  /// A hash table with linear probing: at `places[slot]` stands `values[slot]`.
  private long[] places = new long[0];

  private long[] values = new long[0];

  /// Draws `count` distinct numbers of `[0, bound)` into `drawn`, in the order in which they came:
  /// step i exchanges what stands at place i with what stands at place `i + below(bound - i)`, and
  /// draws the latter.
  ///
  /// @param count at most `bound`
  void draw(SplitMix64 random, long bound, int count, long[] drawn) {
    clear(count);
    for (int i = 0; i < count; i++) {
      long place = i + random.below(bound - i);
      int slot = slot(place);
      drawn[i] = places[slot] == FREE ? place : values[slot];
      int own = slot(i);
      long moved = places[own] == FREE ? i : values[own];
      places[slot] = place;
      values[slot] = moved;
    }
  }

  private void clear(int count) {
    int capacity = Integer.highestOneBit(Math.max(4, count)) << 2; // at most half full
    if (places.length < capacity) {
      places = new long[capacity];
      values = new long[capacity];
    }
    Arrays.fill(places, FREE);
  }

  /// Where `place` stands in the table, or would.
  private int slot(long place) {
    int mask = places.length - 1;
    int slot = (int) ((place * 0x9e3779b97f4a7c15L) >>> 32) & mask;
    while (places[slot] != FREE && places[slot] != place) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
