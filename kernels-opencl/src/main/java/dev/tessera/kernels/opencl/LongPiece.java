package dev.tessera.kernels.opencl;

import java.util.Arrays;

/// Merges a piece that is too long for a work-item, on the host: the pairs wait in a heap, so that
/// a piece of n symbols takes n log n steps whatever it holds. Not thread-safe.
final class LongPiece {
  private static final int NONE = -1;

  private final PairTable rules;
  private int[] next = new int[0];
  private int[] previous = new int[0];

  /// Ranks and positions of pairs, `rank << 32 | position`, as a binary heap: the lowest rank
  /// first, of equal ranks the leftmost. A pair that has changed since is found out when it is
  /// taken.
  private long[] heap = new long[16];

  private int waiting;

  LongPiece(PairTable rules) {
    this.rules = rules;
  }

  /// Merges symbols `begin` to `end - 1` in place.
  ///
  /// @return how many there are then, from `begin` on
  int merge(int[] symbols, int begin, int end) {
    int length = end - begin;
    if (next.length < length) {
      next = new int[length];
      previous = new int[length];
    }
    waiting = 0;
    for (int i = 0; i < length; i++) {
      next[i] = i + 1 < length ? i + 1 : NONE;
      previous[i] = i - 1;
      push(symbols, begin, i);
    }
    while (waiting > 0) {
      long pair = pop();
      int at = (int) pair;
      int behind = next[at];
      if (behind == NONE
          || symbols[begin + at] == NONE
          || rules.rank(symbols[begin + at], symbols[begin + behind]) != (int) (pair >>> 32)) {
        continue;
      }
      symbols[begin + at] = rules.merged(symbols[begin + at], symbols[begin + behind]);
      symbols[begin + behind] = NONE;
      next[at] = next[behind];
      if (next[at] != NONE) {
        previous[next[at]] = at;
      }
      push(symbols, begin, at);
      if (previous[at] != NONE) {
        push(symbols, begin, previous[at]);
      }
    }
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (symbols[begin + i] != NONE) {
        symbols[begin + count++] = symbols[begin + i];
      }
    }
    return count;
  }

  /// Has the pair that begins at a position wait, if it has a rule.
  private void push(int[] symbols, int begin, int at) {
    if (next[at] == NONE) {
      return;
    }
    int rank = rules.rank(symbols[begin + at], symbols[begin + next[at]]);
    if (rank == PairTable.NOBODY) {
      return;
    }
    if (waiting == heap.length) {
      heap = Arrays.copyOf(heap, 2 * waiting);
    }
    long pair = (long) rank << 32 | at;
    int place = waiting++;
    while (place > 0 && heap[(place - 1) / 2] > pair) {
      heap[place] = heap[(place - 1) / 2];
      place = (place - 1) / 2;
    }
    heap[place] = pair;
  }

  private long pop() {
    long first = heap[0];
    long last = heap[--waiting];
    int place = 0;
    while (2 * place + 1 < waiting) {
      int child = 2 * place + 1;
      if (child + 1 < waiting && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
