package dev.tessera.benchmarks.limits;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The most float32 operations a second: chains of fused multiply-adds that stay in registers, as
/// many as hide the latency.
///
/// Two units with a latency of four or five cycles want 8 or 10 chains; 12 and two constants fit
/// into the 16 registers of AVX2. Four units of four cycles, as Apple's and newer ARM cores have,
/// want 16, which fit into the 32 registers there. The better of both counts.
final class FmaPeak {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int STEPS = 1 << 15;
  private static final int FLOPS = 2;

  /// Keeps every chain near 1: no denormals, no overflow.
  private static final float SHRINK = 0.999f;

  private static final float GROW = 0.001f;

  private float sink;

  /// The width of a vector, in bits.
  static int vectorBits() {
    return SPECIES.vectorBitSize();
  }

  /// Twelve chains, once.
  ///
  /// @return float32 operations done
  double twelveChains() {
    sink += twelve(sink);
    return (double) STEPS * 12 * SPECIES.length() * FLOPS;
  }

  /// Sixteen chains, once.
  ///
  /// @return float32 operations done
  double sixteenChains() {
    sink += sixteen(sink);
    return (double) STEPS * 16 * SPECIES.length() * FLOPS;
  }

  private static float twelve(float seed) {
    FloatVector shrink = FloatVector.broadcast(SPECIES, SHRINK);
    FloatVector grow = FloatVector.broadcast(SPECIES, GROW);
    FloatVector chain0 = FloatVector.broadcast(SPECIES, 1 + seed * Float.MIN_NORMAL);
    // Equal chains could be made one: each starts elsewhere.
    FloatVector chain1 = chain0.add(0.01f);
    FloatVector chain2 = chain0.add(0.02f);
    FloatVector chain3 = chain0.add(0.03f);
    FloatVector chain4 = chain0.add(0.04f);
    FloatVector chain5 = chain0.add(0.05f);
    FloatVector chain6 = chain0.add(0.06f);
    FloatVector chain7 = chain0.add(0.07f);
    FloatVector chain8 = chain0.add(0.08f);
    FloatVector chain9 = chain0.add(0.09f);
    FloatVector chain10 = chain0.add(0.10f);
    FloatVector chain11 = chain0.add(0.11f);
    for (int step = 0; step < STEPS; step++) {
      chain0 = chain0.fma(shrink, grow);
      chain1 = chain1.fma(shrink, grow);
      chain2 = chain2.fma(shrink, grow);
      chain3 = chain3.fma(shrink, grow);
      chain4 = chain4.fma(shrink, grow);
      chain5 = chain5.fma(shrink, grow);
      chain6 = chain6.fma(shrink, grow);
      chain7 = chain7.fma(shrink, grow);
      chain8 = chain8.fma(shrink, grow);
      chain9 = chain9.fma(shrink, grow);
      chain10 = chain10.fma(shrink, grow);
      chain11 = chain11.fma(shrink, grow);
    }
    return sum(chain0, chain1, chain2, chain3)
        + sum(chain4, chain5, chain6, chain7)
        + sum(chain8, chain9, chain10, chain11);
  }

  private static float sixteen(float seed) {
    FloatVector shrink = FloatVector.broadcast(SPECIES, SHRINK);
    FloatVector grow = FloatVector.broadcast(SPECIES, GROW);
    FloatVector chain0 = FloatVector.broadcast(SPECIES, 1 + seed * Float.MIN_NORMAL);
    FloatVector chain1 = chain0.add(0.01f);
    FloatVector chain2 = chain0.add(0.02f);
    FloatVector chain3 = chain0.add(0.03f);
    FloatVector chain4 = chain0.add(0.04f);
    FloatVector chain5 = chain0.add(0.05f);
    FloatVector chain6 = chain0.add(0.06f);
    FloatVector chain7 = chain0.add(0.07f);
    FloatVector chain8 = chain0.add(0.08f);
    FloatVector chain9 = chain0.add(0.09f);
    FloatVector chain10 = chain0.add(0.10f);
    FloatVector chain11 = chain0.add(0.11f);
    FloatVector chain12 = chain0.add(0.12f);
    FloatVector chain13 = chain0.add(0.13f);
    FloatVector chain14 = chain0.add(0.14f);
    FloatVector chain15 = chain0.add(0.15f);
    for (int step = 0; step < STEPS; step++) {
      chain0 = chain0.fma(shrink, grow);
      chain1 = chain1.fma(shrink, grow);
      chain2 = chain2.fma(shrink, grow);
      chain3 = chain3.fma(shrink, grow);
      chain4 = chain4.fma(shrink, grow);
      chain5 = chain5.fma(shrink, grow);
      chain6 = chain6.fma(shrink, grow);
      chain7 = chain7.fma(shrink, grow);
      chain8 = chain8.fma(shrink, grow);
      chain9 = chain9.fma(shrink, grow);
      chain10 = chain10.fma(shrink, grow);
      chain11 = chain11.fma(shrink, grow);
      chain12 = chain12.fma(shrink, grow);
      chain13 = chain13.fma(shrink, grow);
      chain14 = chain14.fma(shrink, grow);
      chain15 = chain15.fma(shrink, grow);
    }
    return sum(chain0, chain1, chain2, chain3)
        + sum(chain4, chain5, chain6, chain7)
        + sum(chain8, chain9, chain10, chain11)
        + sum(chain12, chain13, chain14, chain15);
  }

  private static float sum(FloatVector a, FloatVector b, FloatVector c, FloatVector d) {
    return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
  }
}
