package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import java.util.Arrays;

/// A set of rows of a matrix with distinct values, in the order in which they were added; -0 equals
/// 0. Open addressing over hashes of the values.
final class DistinctRows {
  private final FloatMatrix matrix;
  private final int[] rows;
  private final int[] slots;
  private final float[] candidate;
  private final float[] other;
  private int size;

  DistinctRows(FloatMatrix matrix, int capacity) {
    this.matrix = matrix;
    rows = new int[capacity];
    slots = new int[tableSize(capacity)];
    Arrays.fill(slots, -1);
    candidate = new float[matrix.columns()];
    other = new float[matrix.columns()];
  }

  private static int tableSize(int capacity) {
    return Math.max(16, Integer.highestOneBit(Math.min(capacity, 1 << 28)) << 2);
  }

  /// Adds a row unless an equal one is there.
  void add(int row) {
    matrix.copyRow(row, candidate, 0);
    int hash = 1;
    for (int i = 0; i < candidate.length; i++) {
      candidate[i] += 0.0f; // -0 becomes 0
      hash = 31 * hash + Float.floatToRawIntBits(candidate[i]);
    }
    int mask = slots.length - 1;
    int slot = ((hash * 0x9E3779B9) >>> 7) & mask;
    while (slots[slot] >= 0) {
      matrix.copyRow(rows[slots[slot]], other, 0);
      if (equalValues()) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = size;
    rows[size++] = row;
  }

  private boolean equalValues() {
    for (int i = 0; i < candidate.length; i++) {
      if (candidate[i] != other[i]) {
        return false;
      }
    }
    return true;
  }

  int size() {
    return size;
  }

  int row(int place) {
    return rows[place];
  }
}
