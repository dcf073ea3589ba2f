package dev.tessera.kernels.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The vector shape that this machine prefers, at most 512 bits: layouts and tiles are made for 4,
/// 8 and 16 lanes.
final class Lanes {
  static final VectorSpecies<Float> FLOATS =
      FloatVector.SPECIES_PREFERRED.length() > 16
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  /// Integers of the same width.
  static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  /// The class of vectors of [#FLOATS]; see [#INT_VECTOR].
  static final Class<? extends FloatVector> FLOAT_VECTOR =
      FLOATS.vectorType().asSubclass(FloatVector.class);

  /// The class of vectors of [#INTS]: `INT_VECTOR.cast(vector)` tells C2 what it does not see of a
  /// vector that was loaded. It guesses otherwise from what else ran in this JVM, and where that
  /// had vectors of other widths, as [VectorProbe] has, some become objects.
  static final Class<? extends IntVector> INT_VECTOR =
      INTS.vectorType().asSubclass(IntVector.class);

  /// Lanes of a vector.
  static final int COUNT = FLOATS.length();

  /// Bytes of a vector.
  static final int BYTES = COUNT * Float.BYTES;

  /// Alignment of everything that is read in whole vectors: a cache line and the widest vector.
  static final long ALIGNMENT_BYTES = 64;

  private Lanes() {}
}
