package dev.tessera.kernels.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

final class HalfRowsTest {
  /// Lower halves about the middle, and at both ends.
  private static final int[] LOWER = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

  private static final int UPPER = 1 << HalfRows.HALF_BITS;

  /// The definition: to the nearest of the floats whose lower half is 0, of two as near to the one
  /// whose upper half is even.
  static float rounded(float value) {
    int bits = Float.floatToIntBits(value);
    int even = bits + 0x7fff + (bits >>> HalfRows.HALF_BITS & 1);
    return Float.isNaN(value) ? Float.NaN : Float.intBitsToFloat(even & 0xffff_0000);
  }

  /// Each upper half, with each of the lower ones, in the low and the high half of a pair.
  @Test
  void everyFloatIsRoundedToTheNearest() {
    try (Arena arena = Arena.ofShared()) {
      int columns = 2 * HalfRows.BLOCK_COLUMNS;
      float[] row = new float[columns];
      float[] found = new float[columns];
      MemorySegment floats = arena.allocate((long) columns * Float.BYTES, Lanes.ALIGNMENT_BYTES);
      MemorySegment halves = arena.allocate((long) columns * Short.BYTES, Lanes.ALIGNMENT_BYTES);
      for (int lower : LOWER) {
        for (int upper = 0; upper < UPPER; upper += columns) {
          for (int i = 0; i < columns; i++) {
            int bits = upper + i << HalfRows.HALF_BITS | lower;
            floats.setAtIndex(ValueLayout.JAVA_INT, i, bits);
            row[i] = rounded(Float.intBitsToFloat(bits));
          }
          HalfRows.simplifyNans(floats, 0, columns);
          HalfRows.pack(floats, 0, halves, 0, columns);
          HalfRows.unpack(halves, 0, found, columns);
          assertThat(bits(found)).as("from %x, %x", upper, lower).isEqualTo(bits(row));
        }
      }
    }
  }

  /// A NaN that an operation of the processor made, as sums hold it.
  @Test
  void negativeNansOfSumsStay() {
    try (Arena arena = Arena.ofShared()) {
      int columns = HalfRows.BLOCK_COLUMNS;
      MemorySegment floats = arena.allocate((long) columns * Float.BYTES, Lanes.ALIGNMENT_BYTES);
      MemorySegment halves = arena.allocate((long) columns * Short.BYTES, Lanes.ALIGNMENT_BYTES);
      for (int i = 0; i < columns; i++) {
        floats.setAtIndex(ValueLayout.JAVA_INT, i, 0xffc0_0000);
      }
      HalfRows.pack(floats, 0, halves, 0, columns);
      float[] found = new float[columns];
      HalfRows.unpack(halves, 0, found, columns);
      assertThat(found).containsOnly(Float.NaN);
    }
  }

  private static int[] bits(float[] row) {
    int[] bits = new int[row.length];
    for (int i = 0; i < row.length; i++) {
      bits[i] = Float.floatToRawIntBits(row[i]);
    }
    return bits;
  }
}
