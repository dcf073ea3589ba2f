package dev.tessera.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// Integers to int32; those out of its range are refused.
final class IdDecoder extends RunDecoder {
  private final int[] results = new int[MAX_RUN];
  private final MemorySegment resultMemory = MemorySegment.ofArray(results);
  private final byte[] bytes;
  private final short[] shorts;
  private final long[] longs;

  IdDecoder(ElementType type, ByteOrder order) {
    super(type, order);
    bytes = new byte[type.bits() == 8 ? MAX_RUN : 0];
    shorts = new short[type.bits() == 16 ? MAX_RUN : 0];
    longs = new long[type.bits() == 64 ? MAX_RUN : 0];
  }

  @Override
  MemorySegment results() {
    return resultMemory;
  }

  @Override
  String refusal() {
    return "which is no int32 id: those lie in ["
        + Integer.MIN_VALUE
        + ", "
        + Integer.MAX_VALUE
        + "]";
  }

  @Override
  int decode(MemorySegment source, long offset, int count) {
    return switch (type) {
      case I32 -> {
        copy(source, offset, results, count);
        yield ALL_TAKEN;
      }
      case U32 -> {
        copy(source, offset, results, count);
        yield firstNegative(count);
      }
      case I8, U8 -> {
        copy(source, offset, bytes, count);
        int mask = type == ElementType.I8 ? -1 : 0xff;
        for (int i = 0; i < count; i++) {
          results[i] = bytes[i] & mask;
        }
        yield ALL_TAKEN;
      }
      case I16, U16 -> {
        copy(source, offset, shorts, count);
        int mask = type == ElementType.I16 ? -1 : 0xffff;
        for (int i = 0; i < count; i++) {
          results[i] = shorts[i] & mask;
        }
        yield ALL_TAKEN;
      }
      case I64, U64 -> {
        copy(source, offset, longs, count);
        yield narrowLongs(count);
      }
      default -> throw new IllegalStateException(type + " has no int32");
    };
  }

  /// An unsigned number of 2^31 or more reads as a negative one.
  private int firstNegative(int count) {
    for (int i = 0; i < count; i++) {
      if (results[i] < 0) {
        return i;
      }
    }
    return ALL_TAKEN;
  }

  private int narrowLongs(int count) {
    boolean signed = type == ElementType.I64;
    for (int i = 0; i < count; i++) {
      long wide = longs[i];
      results[i] = (int) wide;
      if (results[i] != wide || (!signed && wide < 0)) {
        return i;
      }
    }
    return ALL_TAKEN;
  }
}
