package dev.tessera.internal.bpe.training;

import java.util.Arrays;

/// Pairs of symbols with the sum of the weights of the places where they stand, and the number of
/// those places; then the places themselves. Open addressing with linear probing, at most half
/// full.
final class PairTally {
  private static final long NONE = -1;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int[] NOWHERE = {};

  private long[] keys = new long[1 << 12];
  private long[] weights = new long[1 << 12];
  private int[] counts = new int[1 << 12];
  private int[][] places = {};
  private int used;
  private int shift = Long.numberOfLeadingZeros(keys.length) + 1;

  PairTally() {
    Arrays.fill(keys, NONE);
  }

  /// Adds `count` places whose weights add up to `weight`.
  void add(long key, long weight, int count) {
    int slot = slot(key);
    if (keys[slot] == NONE) {
      if (2 * used >= keys.length) {
        grow();
        slot = slot(key);
      }
      keys[slot] = key;
      used++;
    }
    weights[slot] += weight;
    counts[slot] += count;
  }

  /// Where `key` is, or would be.
  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * GOLDEN) >>> shift);
    while (keys[slot] != key && keys[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldWeights = weights;
    int[] oldCounts = counts;
    keys = new long[2 * oldKeys.length];
    Arrays.fill(keys, NONE);
    weights = new long[keys.length];
    counts = new int[keys.length];
    shift--;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != NONE) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        weights[slot] = oldWeights[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  /// Adds all of `other`.
  void addAll(PairTally other) {
    for (int i = 0; i < other.keys.length; i++) {
      if (other.keys[i] != NONE) {
        add(other.keys[i], other.weights[i], other.counts[i]);
      }
    }
  }

  /// Moves the pairs that weigh at least `least` and may be joined into `table`, with room for
  /// their places, which [#takePlaces] shares out; the counts are used up.
  void moveInto(PairTable table, PairQueue queue, PairFilter filter, long least) {
    places = new int[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      places[i] = NOWHERE;
      if (keys[i] != NONE
          && weights[i] >= least
          && filter.allows(PairTable.left(keys[i]), PairTable.right(keys[i]))) {
        places[i] = new int[counts[i]];
        table.add(keys[i], weights[i], places[i]);
        queue.add(weights[i], keys[i]);
      }
      counts[i] = 0;
    }
  }

  /// Takes from `all` the room for the places of this tally, behind what was taken before.
  void takePlaces(PairTally all) {
    places = new int[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != NONE) {
        int slot = all.slot(keys[i]);
        places[i] = all.places[slot];
        int taken = all.counts[slot];
        all.counts[slot] += counts[i];
        counts[i] = taken;
      }
    }
  }

  /// Writes the next place of a pair into the room that was taken.
  void place(long key, int cell) {
    int slot = slot(key);
    int[] room = places[slot];
    if (room.length > 0) {
      room[counts[slot]++] = cell;
    }
  }
}
