package dev.tessera.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Finds lanes in the minima of a screen.
///
/// Four vectors a step: four independent chains hide the latency of compare and blend, and one
/// branch decides for four vectors (32 vectors a point: 107 ns became 27). No method here takes or
/// returns a vector: where C2 declines to inline one, its vectors would become objects.
final class CandidateScan {
  /// Minima come in steps of this many vectors, padded with [Screen#NOBODY].
  static final int STEP = 4;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS =
      VectorSpecies.of(int.class, FLOATS.vectorShape());
  private static final IntVector LANE = IntVector.zero(INTS).addIndex(1);
  private static final int COUNT = Lanes.COUNT;

  private CandidateScan() {}

  /// The lane of the least minimum, the lowest of equals.
  ///
  /// @param vectors a multiple of [#STEP]
  static int least(float[] minima, int at, int vectors) {
    FloatVector least0 = FloatVector.fromArray(FLOATS, minima, at);
    FloatVector least1 = FloatVector.fromArray(FLOATS, minima, at + COUNT);
    FloatVector least2 = FloatVector.fromArray(FLOATS, minima, at + 2 * COUNT);
    FloatVector least3 = FloatVector.fromArray(FLOATS, minima, at + 3 * COUNT);
    IntVector step0 = IntVector.zero(INTS);
    IntVector step1 = IntVector.zero(INTS);
    IntVector step2 = IntVector.zero(INTS);
    IntVector step3 = IntVector.zero(INTS);
    for (int i = STEP; i < vectors; i += STEP) {
      int from = at + i * COUNT;
      FloatVector next0 = FloatVector.fromArray(FLOATS, minima, from);
      FloatVector next1 = FloatVector.fromArray(FLOATS, minima, from + COUNT);
      FloatVector next2 = FloatVector.fromArray(FLOATS, minima, from + 2 * COUNT);
      FloatVector next3 = FloatVector.fromArray(FLOATS, minima, from + 3 * COUNT);
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
    // Float bits in an order that integers share: their reduction is far shorter.
    IntVector bits = least0.reinterpretAsInts();
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31);
    IntVector ordered = bits.lanewise(VectorOperators.XOR, sign.and(Integer.MAX_VALUE));
    int value = ordered.reduceLanes(VectorOperators.MIN);
    return step0
        .mul(COUNT)
        .add(LANE)
        .blend(Integer.MAX_VALUE, ordered.compare(VectorOperators.NE, value))
        .reduceLanes(VectorOperators.MIN);
  }

  /// Writes the lanes whose minimum is at most `limit` from `pairs[from]` on, and returns where
  /// they end.
  static int collect(float[] minima, int at, int vectors, float limit, int[] pairs, int from) {
    int end = from;
    for (int i = 0; i < vectors; i += STEP) {
      int next = at + i * COUNT;
      long lanes =
          lanes(minima, next, limit)
              | lanes(minima, next + COUNT, limit) << COUNT
              | lanes(minima, next + 2 * COUNT, limit) << (2 * COUNT)
              | lanes(minima, next + 3 * COUNT, limit) << (3 * COUNT);
      while (lanes != 0) {
        pairs[end++] = i * COUNT + Long.numberOfTrailingZeros(lanes);
        lanes &= lanes - 1;
      }
    }
    return end;
  }

  /// How many minima are at most `limit`.
  static int count(float[] minima, int at, int vectors, float limit) {
    int count = 0;
    for (int i = 0; i < vectors; i++) {
      count += Long.bitCount(lanes(minima, at + i * COUNT, limit));
    }
    return count;
  }

  private static long lanes(float[] minima, int at, float limit) {
    return FloatVector.fromArray(FLOATS, minima, at).compare(VectorOperators.LE, limit).toLong();
  }

  /// The least of `values[from]` to `values[to]`, the end excluded.
  static float leastValue(float[] values, int from, int to) {
    FloatVector least = FloatVector.broadcast(FLOATS, Screen.NOBODY);
    for (int i = from; i < to; i += COUNT) {
      FloatVector next = FloatVector.fromArray(FLOATS, values, i);
      VectorMask<Float> less = next.lt(least).and(LANE.lt(to - i).cast(FLOATS));
      least = least.blend(next, less);
    }
    IntVector bits = least.reinterpretAsInts();
    IntVector sign = bits.lanewise(VectorOperators.ASHR, 31);
    int value =
        bits.lanewise(VectorOperators.XOR, sign.and(Integer.MAX_VALUE))
            .reduceLanes(VectorOperators.MIN);
    return Float.intBitsToFloat(value ^ ((value >> 31) & Integer.MAX_VALUE));
  }

  /// The place in `values[from]` to `values[to]` of the one that is at most `limit`, -1 where it is
  /// not exactly one.
  static int only(float[] values, int from, int to, float limit) {
    int found = -1;
    int count = 0;
    for (int i = from; i < to; i += COUNT) {
      VectorMask<Float> inside = LANE.lt(to - i).cast(FLOATS);
      long lanes =
          FloatVector.fromArray(FLOATS, values, i)
              .compare(VectorOperators.LE, limit)
              .and(inside)
              .toLong();
      count += Long.bitCount(lanes);
      found = lanes != 0 ? i + Long.numberOfTrailingZeros(lanes) : found;
    }
    return count == 1 ? found : -1;
  }
}
