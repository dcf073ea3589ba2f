package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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

  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final Class<? extends IntVector> TYPE = Lanes.INT_VECTOR;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  // Constants have a class that C2 knows, and need no memory where it is not sure of others.
  static final IntVector HIGH_HALF = IntVector.broadcast(INTS, 0xffff_0000);

  /// What any NaN is rounded to.
  private static final IntVector NAN = IntVector.broadcast(INTS, 0x7fc0_0000);

  private static final IntVector ONE = IntVector.broadcast(INTS, 1);

  /// Added to the bits of a float, and 1 where its high half is odd, this leaves the rounded value
  /// in the high half.
  private static final IntVector BELOW_HALF = IntVector.broadcast(INTS, 0x7fff);

  private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, 0x7fff_ffff);
  private static final IntVector INFINITY = IntVector.broadcast(INTS, 0x7f80_0000);

  private HalfRows() {}

  /// Where the low halves of the integers from byte `offset` of a row on stand in a row of float32,
  /// in bytes.
  static long lowColumn(long offset) {
    long block = offset / HIGH_BYTES;
    return 2 * block * HIGH_BYTES + offset % HIGH_BYTES;
  }

  /// Rounds a row to nearest, ties to even: NaNs stay NaNs, what is past the range becomes
  /// infinite. Both halves are written out: in a JVM that has compiled a method for one by itself,
  /// C2 does not inline it here, and vectors become objects.
  ///
  /// @param columns whole blocks, or whole vectors of both halves that lie as in a block
  static void pack(MemorySegment row, long at, MemorySegment halves, long to, int columns) {
    MemorySegment floats = OffHeap.of(row);
    MemorySegment packed = OffHeap.of(halves);
    long bytes = (long) columns * Short.BYTES;
    for (long offset = 0; offset < bytes; offset += Lanes.BYTES) {
      long from = at + lowColumn(offset);
      IntVector low = TYPE.cast(IntVector.fromMemorySegment(INTS, floats, from, ORDER));
      IntVector high =
          TYPE.cast(IntVector.fromMemorySegment(INTS, floats, from + HIGH_BYTES, ORDER));
      VectorMask<Integer> lowNumber = INFINITY.compare(VectorOperators.GE, MAGNITUDE.and(low));
      VectorMask<Integer> highNumber = INFINITY.compare(VectorOperators.GE, MAGNITUDE.and(high));
      IntVector oddLow = ONE.and(low.lanewise(VectorOperators.LSHR, HALF_BITS));
      IntVector oddHigh = ONE.and(high.lanewise(VectorOperators.LSHR, HALF_BITS));
      low = TYPE.cast(NAN.blend(low.add(BELOW_HALF.add(oddLow)), lowNumber));
      high = NAN.blend(high.add(BELOW_HALF.add(oddHigh)), highNumber);
      low = TYPE.cast(low.lanewise(VectorOperators.LSHR, HALF_BITS));
      low = TYPE.cast(low.or(HIGH_HALF.and(high)));
      low.intoMemorySegment(packed, to + offset, ORDER);
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
    return Float.intBitsToFloat(
        within < BLOCK_COLUMNS / 2 ? bits << HALF_BITS : bits & -1 << HALF_BITS);
  }
}
