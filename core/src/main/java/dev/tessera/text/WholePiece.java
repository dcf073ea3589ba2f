package dev.tessera.text;

import dev.tessera.kernel.SplitKernel;

/// Leaves text whole.
final class WholePiece implements SplitKernel {
  @Override
  public int split(byte[] text, int from, int to, int[] ends) {
    if (from == to) {
      return 0;
    }
    ends[0] = to;
    return 1;
  }
}
