package dev.tessera.graph;

/// The random numbers of this package, written out because no JDK promises that its generators give
/// the same numbers in its next release: SplitMix64 (Steele, Lea and Flood, "Fast Splittable
/// Pseudorandom Number Generators", OOPSLA 2014). A number is `mix(state += 0x9e3779b97f4a7c15)`,
/// where `mix(z)` is `z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9`, then `z = (z ^ z >>> 27) *
/// 0x94d049bb133111eb`, then `z ^ z >>> 31`. Not thread-safe.
final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /// A generator whose state is `seed`.
  SplitMix64(long seed) {
    state = seed;
  }

  /// The generator of one node: its state is the number that comes `node + 1`-th from the generator
  /// of `seed`. So what is drawn for a node depends on no other.
  static SplitMix64 ofNode(long seed, int node) {
    return new SplitMix64(mix(seed + (node + 1L) * GOLDEN_GAMMA));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /// The next 64 bits.
  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /// A number in `[0, bound)`, each as likely: the upper half of the 128-bit product of [#next()],
  /// unsigned, and the bound; numbers whose lower half is below `2^64 mod bound` are drawn again
  /// (Lemire, "Fast Random Integer Generation in an Interval", 2019).
  ///
  /// @param bound at least 1
  long below(long bound) {
    long bits = next();
    if (Long.compareUnsigned(bits * bound, bound) < 0) {
      long surplus = Long.remainderUnsigned(-bound, bound);
      while (Long.compareUnsigned(bits * bound, surplus) < 0) {
        bits = next();
      }
    }
    return Math.unsignedMultiplyHigh(bits, bound);
  }

  /// A multiple of 2^-53 in `[0, 1)`: the upper 53 bits of [#next()].
  double nextDouble() {
    return (next() >>> 11) * 0x1.0p-53;
  }
}
