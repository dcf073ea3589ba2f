package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rows of bfloat16, in blocks of 32 columns: a block is 16 integers, of which the i-th has column
/// i in its low half and column 16 + i in its high half. So both become float32 by one instruction,
/// and no lane changes its place, whatever the width of vectors.
final class HalfRows {
  /// Columns of a block; rows hold whole blocks.
  static final int BLOCK_COLUMNS = 32;

  /// From a low half's column to its high half's, in bytes of float32.
  static final long HIGH_BYTES = BLOCK_COLUMNS / 2 * Float.BYTES;

  static final int HALF_BITS = 16;

  static final int HIGH_HALF = 0xffff_0000;

  /// What any NaN is rounded to.
  static final int QUIET_NAN = 0x7fc0_0000;

  /// Added to the bits of a float, and 1 where its high half is odd, this leaves the rounded value
  /// in the high half.
  static final int BELOW_HALF = 0x7fff;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private HalfRows() {}

  /// Where the low halves of the integers from byte `offset` of a row on stand in a row of float32,
  /// in bytes.
  static long lowColumn(long offset) {
    long block = offset / HIGH_BYTES;
    return 2 * block * HIGH_BYTES + offset % HIGH_BYTES;
  }

  /// The low halves as float32.
  static FloatVector low(IntVector pairs) {
    return pairs.lanewise(VectorOperators.LSHL, HALF_BITS).reinterpretAsFloats();
  }

  /// The high halves as float32.
  static FloatVector high(IntVector pairs) {
    return pairs.and(HIGH_HALF).reinterpretAsFloats();
  }

  /// Rounds a row to nearest, ties to even: NaNs stay NaNs, what is past the range becomes
  /// infinite. Both halves are written out, as in [HopHalfTile4]: in a JVM that has compiled a
  /// method for one by itself, C2 does not inline it here, and vectors become objects.
  ///
  /// @param columns whole blocks
  static void pack(MemorySegment row, long at, MemorySegment halves, long to, int columns) {
    MemorySegment floats = OffHeap.of(row);
    MemorySegment packed = OffHeap.of(halves);
    long bytes = (long) columns * Short.BYTES;
    for (long offset = 0; offset < bytes; offset += Lanes.BYTES) {
      long low = at + lowColumn(offset);
      FloatVector lows = FloatVector.fromMemorySegment(FLOATS, floats, low, ORDER);
      FloatVector highs = FloatVector.fromMemorySegment(FLOATS, floats, low + HIGH_BYTES, ORDER);
      VectorMask<Integer> noLow = lows.compare(VectorOperators.NE, lows).cast(Lanes.INTS);
      VectorMask<Integer> noHigh = highs.compare(VectorOperators.NE, highs).cast(Lanes.INTS);
      IntVector lowBits = lows.reinterpretAsInts();
      IntVector highBits = highs.reinterpretAsInts();
      IntVector oddLow = lowBits.lanewise(VectorOperators.LSHR, HALF_BITS).and(1);
      IntVector oddHigh = highBits.lanewise(VectorOperators.LSHR, HALF_BITS).and(1);
      lowBits = lowBits.add(oddLow).add(BELOW_HALF).blend(QUIET_NAN, noLow);
      highBits = highBits.add(oddHigh).add(BELOW_HALF).blend(QUIET_NAN, noHigh);
      lowBits
          .lanewise(VectorOperators.LSHR, HALF_BITS)
          .or(highBits.and(HIGH_HALF))
          .intoMemorySegment(packed, to + offset, ORDER);
    }
  }

  /// Reads a row as float32, without vectors.
  static void unpack(MemorySegment halves, long at, float[] row, int columns) {
    for (int column = 0; column < columns; column++) {
      row[column] = value(halves, at, column);
    }
  }

  /// A column of the row at byte `at` as float32.
  static float value(MemorySegment halves, long at, int column) {
    int block = column / BLOCK_COLUMNS;
    int within = column % BLOCK_COLUMNS;
    long pair = block * HIGH_BYTES + within % (BLOCK_COLUMNS / 2) * (long) Integer.BYTES;
    int bits = halves.get(ValueLayout.JAVA_INT, at + pair);
    return Float.intBitsToFloat(within < BLOCK_COLUMNS / 2 ? bits << HALF_BITS : bits & HIGH_HALF);
  }
}
