package dev.tessera.kernels.simd;

import jdk.incubator.vector.FloatVector;
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

  /// Lanes of a vector.
  static final int COUNT = FLOATS.length();

  /// Bytes of a vector.
  static final int BYTES = COUNT * Float.BYTES;

  /// Alignment of everything that is read in whole vectors: a cache line and the widest vector.
  static final long ALIGNMENT_BYTES = 64;

  private Lanes() {}
}
