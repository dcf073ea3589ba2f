package dev.tessera.io;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Turns a run of elements of one type into 4-byte numbers, float32 or int32, or names the first
/// one that has no such number. Holds scratch memory: one decoder per call, not shared by threads.
abstract class RunDecoder {
  /// The longest run. 4096 elements and their results (up to 48 KiB) stay in the fastest caches.
  static final int MAX_RUN = 4096;

  /// What [#decode] answers when every element was taken.
  static final int ALL_TAKEN = -1;

  private final ValueLayout.OfShort shortLayout;
  private final ValueLayout.OfInt intLayout;
  private final ValueLayout.OfLong longLayout;
  private final ValueLayout.OfFloat floatLayout;
  private final ValueLayout.OfDouble doubleLayout;

  final ElementType type;

  RunDecoder(ElementType type, ByteOrder order) {
    this.type = type;
    shortLayout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
    intLayout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
    longLayout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
    floatLayout = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order);
    doubleLayout = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order);
  }

  /// Decodes `count` elements, which begin at byte `offset` of `source`, into [#results].
  ///
  /// @return the index of the first element that has no 4-byte number, or [#ALL_TAKEN]
  abstract int decode(MemorySegment source, long offset, int count);

  /// The decoded numbers, 4 bytes each, native order: the same memory for each run.
  abstract MemorySegment results();

  /// What the results hold, as in `which float32 cannot hold exactly`.
  abstract String refusal();

  final void copy(MemorySegment source, long offset, byte[] target, int count) {
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, target, 0, count);
  }

  final void copy(MemorySegment source, long offset, short[] target, int count) {
    MemorySegment.copy(source, shortLayout, offset, target, 0, count);
  }

  final void copy(MemorySegment source, long offset, int[] target, int count) {
    MemorySegment.copy(source, intLayout, offset, target, 0, count);
  }

  final void copy(MemorySegment source, long offset, long[] target, int count) {
    MemorySegment.copy(source, longLayout, offset, target, 0, count);
  }

  final void copy(MemorySegment source, long offset, float[] target, int count) {
    MemorySegment.copy(source, floatLayout, offset, target, 0, count);
  }

  final void copy(MemorySegment source, long offset, double[] target, int count) {
    MemorySegment.copy(source, doubleLayout, offset, target, 0, count);
  }

  /// One element in digits, for a message.
  final String show(MemorySegment source, long offset) {
    return switch (type) {
      case F64 -> Double.toString(source.get(doubleLayout, offset));
      case I8 -> Byte.toString(source.get(ValueLayout.JAVA_BYTE, offset));
      case I16 -> Short.toString(source.get(shortLayout, offset));
      case I32 -> Integer.toString(source.get(intLayout, offset));
      case I64 -> Long.toString(source.get(longLayout, offset));
      case U32 -> Integer.toUnsignedString(source.get(intLayout, offset));
      case U64 -> Long.toUnsignedString(source.get(longLayout, offset));
      default -> "a number";
    };
  }
}
