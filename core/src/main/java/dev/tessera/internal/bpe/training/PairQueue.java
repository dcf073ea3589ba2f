package dev.tessera.internal.bpe.training;

import java.util.Arrays;

/// Pairs by the weight that they had when they were added, the heaviest first; a binary heap. The
/// caller compares with the weight of now: weights only ever fall, so that the first pair whose
/// weight still holds is the heaviest of all.
final class PairQueue {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private final PairOrder order;
  private long[] weights = new long[1024];
  private long[] keys = new long[1024];
  private int size;

  PairQueue(PairOrder order) {
    this.order = order;
  }

  boolean isEmpty() {
    return size == 0;
  }

  long firstWeight() {
    return weights[0];
  }

  long firstKey() {
    return keys[0];
  }

  void add(long weight, long key) {
    if (size == weights.length) {
      int capacity = (int) Math.min(MOST, 2L * size);
      weights = Arrays.copyOf(weights, capacity);
      keys = Arrays.copyOf(keys, capacity);
    }
    rise(size++, weight, key);
  }

  /// Gives the first pair another weight.
  void replaceFirst(long weight) {
    sink(weight, keys[0]);
  }

  void removeFirst() {
    size--;
    if (size > 0) {
      sink(weights[size], keys[size]);
    }
  }

  private boolean before(long weight, long key, int at) {
    return weight != weights[at] ? weight > weights[at] : order.before(key, keys[at]);
  }

  private void rise(int from, long weight, long key) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!before(weight, key, parent)) {
        break;
      }
      weights[at] = weights[parent];
      keys[at] = keys[parent];
      at = parent;
    }
    weights[at] = weight;
    keys[at] = key;
  }

  private void sink(long weight, long key) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && before(weights[child + 1], keys[child + 1], child)) {
        child++;
      }
      if (!before(weights[child], keys[child], weight, key)) {
        break;
      }
      weights[at] = weights[child];
      keys[at] = keys[child];
      at = child;
    }
    weights[at] = weight;
    keys[at] = key;
  }

  private boolean before(long weight, long key, long otherWeight, long otherKey) {
    return weight != otherWeight ? weight > otherWeight : order.before(key, otherKey);
  }
}
