package dev.tessera.kernels.simd;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Finds lanes in the minima of a screen.
///
/// Four vectors a step: four independent chains hide the latency of compare and blend, and one
/// branch decides for four vectors (measured with 32 vectors a point: 2.5 times as fast).
final class CandidateScan {
  /// Minima come in steps of this many vectors, padded with [Screen#NOBODY].
  static final int STEP = 4;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);
  private static final int BYTES = Lanes.BYTES;
  private static final ByteOrder ORDER = ByteOrder.nativeOrder();

  private CandidateScan() {}

  /// The lane of the least minimum, the lowest of equals.
  ///
  /// @param vectors a multiple of [#STEP]
  static int least(MemorySegment minima, long at, int vectors) {
    FloatVector least0 = load(minima, at);
    FloatVector least1 = load(minima, at + BYTES);
    FloatVector least2 = load(minima, at + 2L * BYTES);
    FloatVector least3 = load(minima, at + 3L * BYTES);
    IntVector step0 = IntVector.zero(INTS);
    IntVector step1 = IntVector.zero(INTS);
    IntVector step2 = IntVector.zero(INTS);
    IntVector step3 = IntVector.zero(INTS);
    for (int i = STEP; i < vectors; i += STEP) {
      long from = at + (long) i * BYTES;
      FloatVector next0 = load(minima, from);
      FloatVector next1 = load(minima, from + BYTES);
      FloatVector next2 = load(minima, from + 2L * BYTES);
      FloatVector next3 = load(minima, from + 3L * BYTES);
      VectorMask<Float> less0 = next0.lt(least0);
      VectorMask<Float> less1 = next1.lt(least1);
      VectorMask<Float> less2 = next2.lt(least2);
      VectorMask<Float> less3 = next3.lt(least3);
      least0 = least0.blend(next0, less0);
      least1 = least1.blend(next1, less1);
      least2 = least2.blend(next2, less2);
      least3 = least3.blend(next3, less3);
      step0 = step0.blend(i, less0.cast(INTS));
      step1 = step1.blend(i, less1.cast(INTS));
      step2 = step2.blend(i, less2.cast(INTS));
      step3 = step3.blend(i, less3.cast(INTS));
    }
    VectorMask<Float> less1 = least1.lt(least0);
    VectorMask<Float> less3 = least3.lt(least2);
    least0 = least0.blend(least1, less1);
    step0 = step0.blend(step1.add(1), less1.cast(INTS));
    least2 = least2.blend(least3, less3);
    step2 = step2.blend(step3.add(1), less3.cast(INTS)).add(2);
    VectorMask<Float> less2 = least2.lt(least0);
    least0 = least0.blend(least2, less2);
    step0 = step0.blend(step2, less2.cast(INTS));
    IntVector ordered = ordered(least0);
    int value = ordered.reduceLanes(VectorOperators.MIN);
    IntVector lanes = step0.mul(Lanes.COUNT).add(LANE);
    return lanes
        .blend(Integer.MAX_VALUE, ordered.compare(VectorOperators.NE, value))
        .reduceLanes(VectorOperators.MIN);
  }

  /// Writes the lanes whose minimum is at most `limit` from `pairs[from]` on, and returns where
  /// they end.
  static int collect(
      MemorySegment minima, long at, int vectors, float limit, int[] pairs, int from) {
    int end = from;
    for (int i = 0; i < vectors; i += STEP) {
      long next = at + (long) i * BYTES;
      long lanes0 = lanes(minima, next, limit);
      long lanes1 = lanes(minima, next + BYTES, limit);
      long lanes2 = lanes(minima, next + 2L * BYTES, limit);
      long lanes3 = lanes(minima, next + 3L * BYTES, limit);
      long lanes =
          lanes0
              | lanes1 << Lanes.COUNT
              | lanes2 << (2 * Lanes.COUNT)
              | lanes3 << (3 * Lanes.COUNT);
      while (lanes != 0) {
        pairs[end++] = i * Lanes.COUNT + Long.numberOfTrailingZeros(lanes);
        lanes &= lanes - 1;
      }
    }
    return end;
  }

  /// The least of `values[from]` to `values[to]`, the end excluded.
  static float leastValue(float[] values, int from, int to) {
    FloatVector least = FloatVector.broadcast(FLOATS, Screen.NOBODY);
    for (int i = from; i < to; i += Lanes.COUNT) {
      FloatVector next = FloatVector.fromArray(FLOATS, values, i);
      VectorMask<Float> less = next.lt(least).and(LANE.lt(to - i).cast(FLOATS));
      least = least.blend(next, less);
    }
    int value = ordered(least).reduceLanes(VectorOperators.MIN);
    return Float.intBitsToFloat(value ^ ((value >> 31) & Integer.MAX_VALUE));
  }

  /// The place in `values` of the one that is at most `limit`, -1 where it is not exactly one.
  static int only(float[] values, int from, int to, float limit) {
    int found = -1;
    int count = 0;
    for (int i = from; i < to; i += Lanes.COUNT) {
      VectorMask<Integer> inside = LANE.lt(to - i);
      long lanes =
          FloatVector.fromArray(FLOATS, values, i)
              .compare(VectorOperators.LE, limit)
              .and(inside.cast(FLOATS))
              .toLong();
      count += Long.bitCount(lanes);
      found = lanes != 0 ? i + Long.numberOfTrailingZeros(lanes) : found;
    }
    return count == 1 ? found : -1;
  }

  /// Float bits in an order that integers share: their reduction is far shorter.
  private static IntVector ordered(FloatVector values) {
    IntVector bits = values.reinterpretAsInts();
    return bits.lanewise(
        VectorOperators.XOR, bits.lanewise(VectorOperators.ASHR, 31).and(Integer.MAX_VALUE));
  }

  private static FloatVector load(MemorySegment minima, long at) {
    return FloatVector.fromMemorySegment(FLOATS, minima, at, ORDER);
  }

  private static long lanes(MemorySegment minima, long at, float limit) {
    return load(minima, at).compare(VectorOperators.LE, limit).toLong();
  }
}
