package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
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
  private static final VectorSpecies<Short> SHORTS = INTS.withLanes(short.class);
  private static final Class<? extends IntVector> TYPE = Lanes.INT_VECTOR;
  private static final Class<? extends ShortVector> SHORT_TYPE =
      SHORTS.vectorType().asSubclass(ShortVector.class);
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  // Constants have a class that C2 knows, and need no memory where it is not sure of others.
  static final IntVector HIGH_HALF = IntVector.broadcast(INTS, 0xffff_0000);
  private static final IntVector LOW_HALF = IntVector.broadcast(INTS, 0x0000_ffff);
  private static final IntVector ONES = IntVector.broadcast(INTS, 0x0001_0001);
  private static final ShortVector ONE = ShortVector.broadcast(SHORTS, (short) 1);
  private static final ShortVector MIDDLE = ShortVector.broadcast(SHORTS, (short) 0x8000);
  private static final IntVector MAGNITUDE = IntVector.broadcast(INTS, 0x7fff_ffff);
  private static final IntVector INFINITY = IntVector.broadcast(INTS, 0x7f80_0000);
  private static final IntVector NAN = IntVector.broadcast(INTS, 0x7fc0_0000);

  private HalfRows() {}

  /// Where the low halves of the integers from byte `offset` of a row on stand in a row of float32,
  /// in bytes.
  static long lowColumn(long offset) {
    long block = offset / HIGH_BYTES;
    return 2 * block * HIGH_BYTES + offset % HIGH_BYTES;
  }

  /// Makes every NaN of a row of float32 the one that has nothing in its low half, whole vectors.
  static void simplifyNans(MemorySegment row, long at, int columns) {
    MemorySegment floats = OffHeap.of(row);
    long end = at + (long) columns * Float.BYTES;
    for (long offset = at; offset < end; offset += Lanes.BYTES) {
      IntVector x = TYPE.cast(IntVector.fromMemorySegment(INTS, floats, offset, ORDER));
      VectorMask<Integer> number = INFINITY.compare(VectorOperators.GE, MAGNITUDE.and(x));
      NAN.blend(x, number).intoMemorySegment(floats, offset, ORDER);
    }
  }

  /// Rounds a row to nearest, ties to even; what is past the range becomes infinite. Both halves of
  /// a pair are rounded at a time, as 16-bit lanes: the upper halves of two floats, plus 1 where
  /// the lower ones are past the middle, or at it and the upper odd.
  ///
  /// @param row NaNs have nothing in their low halves, as [#simplifyNans] leaves them, and sums of
  ///   rounded rows have; so they stay
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
      IntVector lowUpper = TYPE.cast(low.lanewise(VectorOperators.LSHR, HALF_BITS));
      IntVector upper = TYPE.cast(lowUpper.or(HIGH_HALF.and(high)));
      IntVector highLower = TYPE.cast(high.lanewise(VectorOperators.LSHL, HALF_BITS));
      IntVector lower = TYPE.cast(highLower.or(LOW_HALF.and(low)));
      IntVector lowerOrOdd = TYPE.cast(lower.or(ONES.and(upper)));
      ShortVector tested = SHORT_TYPE.cast(lowerOrOdd.reinterpretAsShorts());
      VectorMask<Short> up = MIDDLE.compare(VectorOperators.ULT, tested);
      ShortVector rounded = SHORT_TYPE.cast(upper.reinterpretAsShorts());
      rounded = SHORT_TYPE.cast(rounded.add(ONE, up));
      rounded.intoMemorySegment(packed, to + offset, ORDER);
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
