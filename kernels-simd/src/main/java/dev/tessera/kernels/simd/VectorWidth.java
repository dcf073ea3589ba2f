package dev.tessera.kernels.simd;

import jdk.incubator.vector.FloatVector;

/// The width of this JVM's vectors; loaded only after [VectorRuntime] has found the vector module.
final class VectorWidth {
  private VectorWidth() {}

  static int bits() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }
}
