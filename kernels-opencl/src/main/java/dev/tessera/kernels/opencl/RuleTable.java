package dev.tessera.kernels.opencl;

import dev.tessera.kernel.MergeOperand;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Merge rules by their pairs as `merge.cl` reads them: open addressing with linear probing, a
/// whole rule a place, at most half of the places taken.
final class RuleTable {
  /// Ints of a place: left, right, rank, merged.
  static final int PLACE_INTS = 4;

  /// What a free place holds; as a rank, unsigned, higher than any other.
  private static final int NOBODY = -1;

  private static final int SYMBOL_BITS = 21;

  /// 2^64 divided by the golden ratio.
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private final int[] places;
  private final int bits;

  RuleTable(MergeOperand operand) {
    bits = bits(operand.rules());
    places = new int[PLACE_INTS << bits];
    Arrays.fill(places, NOBODY);
    for (int rule = 0; rule < operand.rules(); rule++) {
      int left = operand.left()[rule];
      int right = operand.right()[rule];
      int place = freePlace(left, right) * PLACE_INTS;
      places[place] = left;
      places[place + 1] = right;
      places[place + 2] = operand.rank()[rule];
      places[place + 3] = operand.merged()[rule];
    }
  }

  private static int bits(int rules) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(1, 2L * rules - 1));
  }

  /// Bytes that the table of so many rules takes.
  static long bytes(int rules) {
    return ((long) PLACE_INTS * Integer.BYTES) << bits(rules);
  }

  private int freePlace(int left, int right) {
    int place = (int) ((((((long) left) << SYMBOL_BITS) | right) * SPREAD) >>> (Long.SIZE - bits));
    while (places[place * PLACE_INTS] != NOBODY) {
      place = (place + 1) & ((1 << bits) - 1);
    }
    return place;
  }

  /// The logarithm of the number of places.
  int bits() {
    return bits;
  }

  /// Ints of all places.
  long ints() {
    return places.length;
  }

  /// `[places][left, right, rank, merged]`.
  MemorySegment segment() {
    return MemorySegment.ofArray(places);
  }
}
