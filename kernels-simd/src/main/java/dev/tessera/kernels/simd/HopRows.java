package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// What happens to rows once their edges are summed, while they are in the cache. In methods apart:
/// inside a tile each would cost more than it does here, as C2 gives up on methods with many
/// accesses.
final class HopRows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private HopRows() {}

  /// Sets `count` elements, a multiple of the lanes, to `value`.
  static void fill(MemorySegment rows, long at, long count, float value) {
    MemorySegment filled = OffHeap.of(rows);
    FloatVector values = Lanes.FLOAT_VECTOR.cast(FloatVector.broadcast(FLOATS, value));
    for (long i = 0; i < count; i += Lanes.COUNT) {
      values.intoMemorySegment(filled, at + i * Float.BYTES, ORDER);
    }
  }

  /// `total = total + part`, `width` elements, a multiple of the lanes.
  static void add(MemorySegment total, long at, MemorySegment parts, long part, int width) {
    MemorySegment sums = OffHeap.of(total);
    MemorySegment addends = OffHeap.of(parts);
    for (int i = 0; i < width; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector.fromMemorySegment(FLOATS, sums, at + offset, ORDER)
          .add(FloatVector.fromMemorySegment(FLOATS, addends, part + offset, ORDER))
          .intoMemorySegment(sums, at + offset, ORDER);
    }
  }

  /// `part` takes the place of `total` where it is greater or NaN; as [#add].
  static void max(MemorySegment total, long at, MemorySegment parts, long part, int width) {
    MemorySegment greatest = OffHeap.of(total);
    MemorySegment others = OffHeap.of(parts);
    for (int i = 0; i < width; i += Lanes.COUNT) {
      long offset = (long) i * Float.BYTES;
      FloatVector best = FloatVector.fromMemorySegment(FLOATS, greatest, at + offset, ORDER);
      FloatVector next = FloatVector.fromMemorySegment(FLOATS, others, part + offset, ORDER);
      VectorMask<Float> above =
          next.compare(VectorOperators.GT, best).or(next.compare(VectorOperators.NE, next));
      best.blend(next, above).intoMemorySegment(greatest, at + offset, ORDER);
    }
  }

  /// Divides `width` elements, any number, by `divisor`.
  static void divide(MemorySegment row, long at, int width, float divisor) {
    MemorySegment sums = OffHeap.of(row);
    int i = 0;
    for (; i <= width - Lanes.COUNT; i += Lanes.COUNT) {
      long offset = at + (long) i * Float.BYTES;
      FloatVector.fromMemorySegment(FLOATS, sums, offset, ORDER)
          .div(divisor)
          .intoMemorySegment(sums, offset, ORDER);
    }
    for (; i < width; i++) {
      long offset = at + (long) i * Float.BYTES;
      float sum = sums.get(ValueLayout.JAVA_FLOAT_UNALIGNED, offset);
      sums.set(ValueLayout.JAVA_FLOAT_UNALIGNED, offset, sum / divisor);
    }
  }
}
