package dev.tessera.benchmarks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The place of the least of many scores, fast, so that a peer whose library has no such function
/// is not measured by a loop.
final class VectorArgmin {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final int LANES = FLOATS.length();
  private static final IntVector LANE_NUMBERS = IntVector.zero(INTS).addIndex(1);

  private VectorArgmin() {}

  /// The first place where `scores[i] + offsets[i]` is least, among `count` from `from`.
  ///
  /// @param from in floats
  static int of(MemorySegment scores, long from, float[] offsets, int count) {
    FloatVector least = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    IntVector places = IntVector.zero(INTS);
    int end = FLOATS.loopBound(count);
    for (int i = 0; i < end; i += LANES) {
      FloatVector here =
          FloatVector.fromMemorySegment(
                  FLOATS, scores, (from + i) * Float.BYTES, ByteOrder.nativeOrder())
              .add(FloatVector.fromArray(FLOATS, offsets, i));
      VectorMask<Float> less = here.compare(VectorOperators.LT, least);
      least = least.blend(here, less);
      places = places.blend(LANE_NUMBERS.add(i), less.cast(INTS));
    }
    float best = Float.POSITIVE_INFINITY;
    int place = 0;
    for (int lane = 0; lane < LANES && end > 0; lane++) {
      float score = least.lane(lane);
      int candidate = places.lane(lane);
      if (score < best || (score == best && candidate < place)) {
        best = score;
        place = candidate;
      }
    }
    for (int i = end; i < count; i++) {
      float score = scores.getAtIndex(ValueLayout.JAVA_FLOAT, from + i) + offsets[i];
      if (score < best) {
        best = score;
        place = i;
      }
    }
    return place;
  }
}
