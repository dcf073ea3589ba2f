package dev.tessera.kernels.simd;

/// An order of the codewords in which neighbours are near each other: halves along the coordinate
/// of the greatest variance, again and again, down to pairs. What survives a screen then shares
/// pairs and lanes: half as many lanes survive as in the given order.
final class PairOrder {
  private final float[] coordinates;
  private final int stride;
  private final int depth;
  private final int[] order;
  private final float[] keys;

  private PairOrder(float[] coordinates, int stride, int depth, int codes) {
    this.coordinates = coordinates;
    this.stride = stride;
    this.depth = depth;
    order = new int[codes];
    keys = new float[codes];
    for (int code = 0; code < codes; code++) {
      order[code] = code;
    }
  }

  /// @param coordinates `[codes][stride]`, of which `depth` count
  static int[] of(float[] coordinates, int stride, int depth, int codes) {
    PairOrder pairs = new PairOrder(coordinates, stride, depth, codes);
    pairs.split(0, codes);
    return pairs.order;
  }

  private void split(int from, int to) {
    if (to - from <= 2) {
      return;
    }
    int middle = from + Math.max(1, (to - from) / 4) * 2;
    int axis = widestAxis(from, to);
    for (int i = from; i < to; i++) {
      keys[i] = coordinates[order[i] * stride + axis];
    }
    select(from, to - 1, middle);
    split(from, middle);
    split(middle, to);
  }

  private int widestAxis(int from, int to) {
    int widest = 0;
    double greatest = -1;
    for (int axis = 0; axis < depth; axis++) {
      double sum = 0;
      double squares = 0;
      for (int i = from; i < to; i++) {
        double value = coordinates[order[i] * stride + axis];
        sum += value;
        squares += value * value;
      }
      double variance = squares - sum * sum / (to - from);
      if (variance > greatest) {
        greatest = variance;
        widest = axis;
      }
    }
    return widest;
  }

  /// Hoare's selection: afterwards what lies before `middle` is not above what lies behind it.
  private void select(int first, int last, int middle) {
    int low = first;
    int high = last;
    while (low < high) {
      float pivot = keys[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (keys[i] < pivot) {
          i++;
        }
        while (keys[j] > pivot) {
          j--;
        }
        if (i <= j) {
          swap(i, j);
          i++;
          j--;
        }
      }
      if (middle <= j) {
        high = j;
      } else if (middle >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private void swap(int i, int j) {
    float key = keys[i];
    keys[i] = keys[j];
    keys[j] = key;
    int code = order[i];
    order[i] = order[j];
    order[j] = code;
  }
}
