package dev.tessera.benchmarks.limits;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The rate of memory, over arrays that no cache holds: reading them, and McCalpin's triad `a = b +
/// s c`, whose bytes are two arrays read and one written. (That most processors read what they are
/// about to overwrite is not counted, as is usual.)
final class MemoryRate {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int UNROLLED = 4;
  private static final int STEP = UNROLLED * SPECIES.length();
  private static final float FACTOR = 3;

  /// A part of the arrays, so that a round ends soon after its time is over.
  private static final int PART = 1 << 18;

  private final float[] a;
  private final float[] b;
  private final float[] c;
  private int at;
  private float sink;

  /// @param bytes of the three arrays together
  MemoryRate(long bytes) {
    int length = Math.toIntExact(bytes / 3 / Float.BYTES / PART * PART);
    a = new float[length];
    b = new float[length];
    c = new float[length];
    for (int i = 0; i < length; i++) {
      b[i] = i & 15;
      c[i] = i & 7;
    }
  }

  private int nextPart() {
    int part = at;
    at = at + PART == a.length ? 0 : at + PART;
    return part;
  }

  /// The sum of all that was read: without it nothing would have to be.
  float sum() {
    return sink;
  }

  /// Reads a part of each array.
  ///
  /// @return bytes
  double read() {
    int from = nextPart();
    sink += sum(a, from) + sum(b, from) + sum(c, from);
    return 3.0 * PART * Float.BYTES;
  }

  private static float sum(float[] array, int from) {
    FloatVector sum0 = FloatVector.zero(SPECIES);
    FloatVector sum1 = sum0;
    FloatVector sum2 = sum0;
    FloatVector sum3 = sum0;
    int lanes = SPECIES.length();
    for (int i = from; i < from + PART; i += STEP) {
      sum0 = sum0.add(FloatVector.fromArray(SPECIES, array, i));
      sum1 = sum1.add(FloatVector.fromArray(SPECIES, array, i + lanes));
      sum2 = sum2.add(FloatVector.fromArray(SPECIES, array, i + 2 * lanes));
      sum3 = sum3.add(FloatVector.fromArray(SPECIES, array, i + 3 * lanes));
    }
    return sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
  }

  /// The triad over a part.
  ///
  /// @return bytes
  double triad() {
    triad(a, b, c, nextPart());
    return 3.0 * PART * Float.BYTES;
  }

  private static void triad(float[] a, float[] b, float[] c, int from) {
    FloatVector factor = FloatVector.broadcast(SPECIES, FACTOR);
    for (int i = from; i < from + PART; i += SPECIES.length()) {
      FloatVector.fromArray(SPECIES, c, i)
          .fma(factor, FloatVector.fromArray(SPECIES, b, i))
          .intoArray(a, i);
    }
  }
}
