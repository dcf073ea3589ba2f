package dev.tessera.internal.bpe.training;

import java.util.Arrays;

/// Pairs of neighbouring symbols: how often each occurs, and where. Open addressing with linear
/// probing, at most half full. A pair whose weight is 0 is gone; its slot is freed when the table
/// grows.
final class PairTable {
  private static final long NONE = -1;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int MOST_SLOTS = 1 << 29;
  private static final int[] NOWHERE = {};

  private long[] keys;
  private long[] weights;
  private int[][] places;
  private int used;
  private int shift;

  PairTable() {
    allocate(1 << 12);
  }

  private void allocate(int slots) {
    keys = new long[slots];
    Arrays.fill(keys, NONE);
    weights = new long[slots];
    places = new int[slots][];
    used = 0;
    shift = Long.numberOfLeadingZeros(slots) + 1;
  }

  /// The key of a pair; keys are ordered as pairs are.
  static long key(int left, int right) {
    return ((long) left << 32) | right;
  }

  static int left(long key) {
    return (int) (key >>> 32);
  }

  static int right(long key) {
    return (int) key;
  }

  /// Where `key` is, or -1. Holds until the next call of [#add].
  int find(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * GOLDEN) >>> shift);
    while (keys[slot] != key) {
      if (keys[slot] == NONE) {
        return -1;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  long weight(int slot) {
    return weights[slot];
  }

  /// Where the pair was when it was added, ascending; it may have gone from some of the places.
  int[] places(int slot) {
    return places[slot];
  }

  /// Adds a pair that is not in the table.
  void add(long key, long weight, int[] where) {
    if (2 * used >= keys.length) {
      rehash();
    }
    put(key, weight, where);
  }

  private void put(long key, long weight, int[] where) {
    int mask = keys.length - 1;
    int slot = (int) ((key * GOLDEN) >>> shift);
    while (keys[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    weights[slot] = weight;
    places[slot] = where;
    used++;
  }

  /// Takes `weight` from a pair; one that is left with less than `least` is gone.
  void reduce(int slot, long weight, long least) {
    weights[slot] -= weight;
    if (weights[slot] < least) {
      remove(slot);
    }
  }

  /// Takes a pair out.
  void remove(int slot) {
    weights[slot] = 0;
    places[slot] = NOWHERE;
  }

  /// Drops the pairs that are gone, and doubles the table if it is still more than a quarter full.
  private void rehash() {
    int present = 0;
    for (long weight : weights) {
      present += weight > 0 ? 1 : 0;
    }
    long[] oldKeys = keys;
    long[] oldWeights = weights;
    int[][] oldPlaces = places;
    int slots = 4 * (long) present > keys.length ? 2 * keys.length : keys.length;
    if (slots > MOST_SLOTS) {
      throw new IllegalArgumentException(
          "the corpus has more than %d pairs of symbols: train on a sample of it, or raise the"
                  .formatted(present)
              + " minimum frequency");
    }
    allocate(slots);
    for (int slot = 0; slot < oldKeys.length; slot++) {
      if (oldWeights[slot] > 0) {
        put(oldKeys[slot], oldWeights[slot], oldPlaces[slot]);
      }
    }
  }
}
