package dev.tessera.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Elements to float32: widened exactly, or rounded where that was asked for.
final class FloatDecoder extends RunDecoder {
  private static final int FLOAT_PRECISION_BITS = 24;

  private final Rounding rounding;
  private final float[] results = new float[MAX_RUN];
  private final MemorySegment resultMemory = MemorySegment.ofArray(results);
  private final byte[] bytes;
  private final short[] shorts;
  private final int[] ints;
  private final long[] longs;
  private final double[] doubles;

  FloatDecoder(ElementType type, ByteOrder order, Rounding rounding) {
    super(type, order);
    this.rounding = rounding;
    bytes = new byte[type.bits() == 8 ? MAX_RUN : 0];
    shorts = new short[type.bits() == 16 ? MAX_RUN : 0];
    ints = new int[type.bits() == 32 && type.isInteger() ? MAX_RUN : 0];
    longs = new long[type.bits() == 64 && type.isInteger() ? MAX_RUN : 0];
    doubles = new double[type == ElementType.F64 ? MAX_RUN : 0];
  }

  @Override
  MemorySegment results() {
    return resultMemory;
  }

  @Override
  String refusal() {
    return rounding == Rounding.EXACT
        ? "which float32 cannot hold exactly: store it as float32, or ask for the nearest"
        : "which is beyond float32's range";
  }

  @Override
  int decode(MemorySegment source, long offset, int count) {
    switch (type) {
      case F32 -> copy(source, offset, results, count);
      case F16, BF16, I16, U16 -> {
        copy(source, offset, shorts, count);
        widenShorts(count);
      }
      case I8, U8 -> {
        copy(source, offset, bytes, count);
        widenBytes(count);
      }
      case F64 -> {
        copy(source, offset, doubles, count);
        return narrowDoubles(count);
      }
      case I32, U32 -> {
        copy(source, offset, ints, count);
        return narrowInts(count);
      }
      case I64, U64 -> {
        copy(source, offset, longs, count);
        return narrowLongs(count);
      }
      default -> throw new IllegalStateException(type + " has no float32");
    }
    return ALL_TAKEN;
  }

  private void widenShorts(int count) {
    switch (type) {
      case F16 -> {
        for (int i = 0; i < count; i++) {
          results[i] = Float.float16ToFloat(shorts[i]);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          results[i] = Float.intBitsToFloat(shorts[i] << 16);
        }
      }
      case I16 -> {
        for (int i = 0; i < count; i++) {
          results[i] = shorts[i];
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          results[i] = Short.toUnsignedInt(shorts[i]);
        }
      }
    }
  }

  private void widenBytes(int count) {
    int mask = type == ElementType.I8 ? -1 : 0xff;
    for (int i = 0; i < count; i++) {
      results[i] = bytes[i] & mask;
    }
  }

  private int narrowDoubles(int count) {
    boolean exact = rounding == Rounding.EXACT;
    for (int i = 0; i < count; i++) {
      double wide = doubles[i];
      float narrow = (float) wide;
      results[i] = narrow;
      boolean refused =
          exact
              ? narrow != wide && !Double.isNaN(wide)
              : Float.isInfinite(narrow) && !Double.isInfinite(wide);
      if (refused) {
        return i;
      }
    }
    return ALL_TAKEN;
  }

  private int narrowInts(int count) {
    boolean signed = type == ElementType.I32;
    for (int i = 0; i < count; i++) {
      long wide = signed ? ints[i] : Integer.toUnsignedLong(ints[i]);
      results[i] = wide;
      if (rounding == Rounding.EXACT && !isExact(Math.abs(wide))) {
        return i;
      }
    }
    return ALL_TAKEN;
  }

  private int narrowLongs(int count) {
    boolean signed = type == ElementType.I64;
    for (int i = 0; i < count; i++) {
      long wide = longs[i];
      results[i] = signed || wide >= 0 ? wide : unsignedToFloat(wide);
      if (rounding == Rounding.EXACT && !isExact(signed ? Math.abs(wide) : wide)) {
        return i;
      }
    }
    return ALL_TAKEN;
  }

  /// Halves what does not fit a signed long, the lost bit kept as a sticky one so that the rounding
  /// stays right.
  private static float unsignedToFloat(long wide) {
    return (float) ((wide >>> 1) | (wide & 1)) * 2f;
  }

  /// Whether the significant bits of an unsigned integer fit float32's precision.
  private static boolean isExact(long magnitude) {
    int span =
        Long.SIZE - Long.numberOfLeadingZeros(magnitude) - Long.numberOfTrailingZeros(magnitude);
    return span <= FLOAT_PRECISION_BITS;
  }
}
