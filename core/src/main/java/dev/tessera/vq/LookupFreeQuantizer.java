package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;

/// Lookup-free quantization (Yu et al., MAGVIT-v2, ICLR 2024): each column is a bit, 1 where it is
/// greater than 0, the first column the most significant; a bit stands for `scale` or `-scale`.
/// There is no codebook to learn or search. Immutable.
public final class LookupFreeQuantizer {
  private static final int MOST_BITS = 30;

  private final int bits;
  private final float scale;
  private final NanPolicy nanPolicy;

  private LookupFreeQuantizer(int bits, float scale, NanPolicy nanPolicy) {
    this.bits = bits;
    this.scale = scale;
    this.nanPolicy = nanPolicy;
  }

  /// A quantizer of vectors with so many columns, 1 to 30, and the scale 1; a NaN is an error.
  public static LookupFreeQuantizer of(int bits) {
    if (bits < 1 || bits > MOST_BITS) {
      throw new IllegalArgumentException(
          "a lookup-free quantizer has 1 to %d bits, not %d".formatted(MOST_BITS, bits));
    }
    return new LookupFreeQuantizer(bits, 1, NanPolicy.ERROR);
  }

  /// This quantizer with another size of what bits stand for, above 0.
  public LookupFreeQuantizer withScale(float size) {
    if (!(size > 0 && size < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a scale is above 0, not " + size);
    }
    return new LookupFreeQuantizer(bits, size, nanPolicy);
  }

  /// This quantizer with another rule for vectors that hold a NaN or an infinity.
  public LookupFreeQuantizer withNanPolicy(NanPolicy policy) {
    return new LookupFreeQuantizer(bits, scale, policy);
  }

  /// The number of ids, 2^bits.
  public int size() {
    return 1 << bits;
  }

  /// The number of columns.
  public int dim() {
    return bits;
  }

  /// The ids of vectors: `[n x bits] -> [n x 1]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or a vector holds a NaN or an
  ///   infinity under [NanPolicy#ERROR]; names the row and the column
  public TokenIds encode(FloatMatrix vectors) {
    return ScalarCodes.encode(vectors, bits, nanPolicy, this::id);
  }

  private int id(FloatMatrix vectors, long row) {
    int id = 0;
    for (int column = 0; column < bits; column++) {
      id = 2 * id + (vectors.get(row, column) > 0 ? 1 : 0);
    }
    return id;
  }

  /// The vectors of ids: `[n x 1] -> [n x bits]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, 2^bits)`; names its row
  public FloatMatrix decode(TokenIds ids) {
    ScalarCodes.check(ids, size());
    FloatMatrix vectors = FloatMatrix.allocate(ids.rows(), bits);
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < bits; column++) {
        boolean set = (ids.get(row) >> (bits - 1 - column) & 1) == 1;
        vectors.set(row, column, set ? scale : -scale);
      }
    }
    return vectors;
  }

  /// The number of bits.
  @Override
  public String toString() {
    return "LookupFreeQuantizer[" + bits + " bits]";
  }
}
