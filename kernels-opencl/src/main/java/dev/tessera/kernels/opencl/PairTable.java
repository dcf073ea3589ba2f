package dev.tessera.kernels.opencl;

import dev.tessera.kernel.MergeOperand;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The rules of a byte-pair encoding by their pairs: open addressing with linear probing, the same
/// for the device and for the host. Immutable.
final class PairTable {
  /// What a free place holds, as its rank, too: higher than any other, unsigned.
  static final int NOBODY = -1;

  /// Ints of a place: left, right, rank, merged.
  static final int PLACE_INTS = 4;

  private static final int SYMBOL_BITS = 21;

  /// 2^64 divided by the golden ratio, as in `merge.cl`.
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final int[] places;
  private final int bits;

  /// Packs the rules, at most half of the places taken.
  PairTable(MergeOperand operand) {
    bits = bits(operand.rules());
    places = new int[PLACE_INTS << bits];
    Arrays.fill(places, NOBODY);
    for (int rule = 0; rule < operand.rules(); rule++) {
      int place = find(operand.left()[rule], operand.right()[rule]) * PLACE_INTS;
      places[place] = operand.left()[rule];
      places[place + 1] = operand.right()[rule];
      places[place + 2] = operand.rank()[rule];
      places[place + 3] = operand.merged()[rule];
    }
  }

  private static int bits(int rules) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, 2L * rules - 1));
  }

  /// Bytes that the table of so many rules takes.
  static long bytes(int rules) {
    return (long) PLACE_INTS * Integer.BYTES << bits(rules);
  }

  /// The logarithm of the number of places.
  int bits() {
    return bits;
  }

  /// `[places][left, right, rank, merged]`.
  MemorySegment segment() {
    return MemorySegment.ofArray(places);
  }

  /// The place of a pair's rule, or a free one.
  private int find(int left, int right) {
    int place = (int) (((((long) left) << SYMBOL_BITS) | right) * SPREAD >>> (64 - bits));
    int mask = (1 << bits) - 1;
    while (true) {
      int there = places[place * PLACE_INTS];
      if (there == NOBODY || (there == left && places[place * PLACE_INTS + 1] == right)) {
        return place;
      }
      place = (place + 1) & mask;
    }
  }

  /// The rank of a pair, or [#NOBODY].
  int rank(int left, int right) {
    return places[find(left, right) * PLACE_INTS + 2];
  }

  /// What a pair that has a rule becomes.
  int merged(int left, int right) {
    return places[find(left, right) * PLACE_INTS + 3];
  }
}
