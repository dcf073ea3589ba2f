package dev.tessera.kernels.simd;

import java.util.Arrays;

/// The order of a kd-tree over codewords, cut where the blocks of a [BlockTree] end.
///
/// A range of codewords is cut in two at the median of the axis on which its members vary most, and
/// so are both halves, down to 16. Each cut falls on a multiple of the greatest power of 16 below
/// the range's size: so a block of 16, 256, 4096, ... in the final order is one branch of the
/// kd-tree. Codewords equal on the axis go by index: the order is a function of the codebook alone.
final class BlockOrder {
  /// Members whose variance chooses the axis. Looking at all costs a third more time and changes
  /// the leaves that a search visits by less than 1 %.
  private static final int SAMPLE = 256;

  private final float[] rows;
  private final int dim;

  /// For each position the codeword's coordinate on the axis, made sortable, above its index.
  private final long[] keys;

  private final double[] sums;
  private final double[] squares;

  private BlockOrder(float[] rows, int codes, int dim) {
    this.rows = rows;
    this.dim = dim;
    this.keys = new long[codes];
    this.sums = new double[dim];
    this.squares = new double[dim];
  }

  /// The codeword index at each position.
  ///
  /// @param rows `[codes x dim]`, row-major
  static int[] of(float[] rows, int codes, int dim) {
    BlockOrder order = new BlockOrder(rows, codes, dim);
    for (int code = 0; code < codes; code++) {
      order.keys[code] = code;
    }
    order.split(0, codes);
    int[] result = new int[codes];
    for (int position = 0; position < codes; position++) {
      result[position] = (int) order.keys[position];
    }
    return result;
  }

  private void split(int from, int to) {
    int size = to - from;
    if (size <= BlockTree.FANOUT) {
      return;
    }
    int unit = BlockTree.FANOUT;
    while ((long) unit * BlockTree.FANOUT < size) {
      unit *= BlockTree.FANOUT;
    }
    int units = Math.ceilDiv(size, unit);
    int middle = from + unit * Math.ceilDiv(units, 2);
    int axis = widestAxis(from, to);
    for (int i = from; i < to; i++) {
      int code = (int) keys[i];
      keys[i] = (long) sortable(rows[code * dim + axis]) << Integer.SIZE | code;
    }
    select(from, to - 1, middle);
    split(from, middle);
    split(middle, to);
  }

  private int widestAxis(int from, int to) {
    int stride = Math.max(1, (to - from) / SAMPLE);
    Arrays.fill(sums, 0);
    Arrays.fill(squares, 0);
    int reference = (int) keys[from] * dim;
    int count = 0;
    for (int i = from; i < to; i += stride) {
      int row = (int) keys[i] * dim;
      for (int k = 0; k < dim; k++) {
        double value = (double) rows[row + k] - rows[reference + k];
        sums[k] += value;
        squares[k] += value * value;
      }
      count++;
    }
    int widest = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < dim; k++) {
      double variance = squares[k] - sums[k] * sums[k] / count;
      if (variance > most) {
        most = variance;
        widest = k;
      }
    }
    return widest;
  }

  /// An int that is less where the value is less.
  private static int sortable(float value) {
    int bits = Float.floatToRawIntBits(value);
    return bits ^ (bits >> (Integer.SIZE - 1) & Integer.MAX_VALUE);
  }

  /// Moves the smallest keys of positions `low` to `high` in front of `wanted`, the others behind:
  /// Hoare's selection, and a sort where the pivots were bad too often.
  private void select(int low, int high, int wanted) {
    int patience = 4 * (Integer.SIZE - Integer.numberOfLeadingZeros(high - low));
    while (low < high) {
      if (patience-- == 0) {
        Arrays.sort(keys, low, high + 1);
        return;
      }
      long pivot = keys[(low + high) >>> 1];
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
          long swapped = keys[i];
          keys[i++] = keys[j];
          keys[j--] = swapped;
        }
      }
      if (wanted <= j) {
        high = j;
      } else if (wanted >= i) {
        low = i;
      } else {
        return;
      }
    }
  }
}
