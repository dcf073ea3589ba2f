package dev.tessera.vq;

import dev.tessera.tensor.FloatMatrix;
import dev.tessera.tensor.TokenIds;
import java.util.Arrays;

/// Finite scalar quantization (Mentzer et al., ICLR 2024): each column is bounded and rounded to
/// one of a few levels, and the digits are one number. There is no codebook to learn or search.
///
/// For a column with L levels: `half = (L - 1)(1 + 1e-3) / 2`, `off = 0.5` for an even L, else 0;
/// `bounded = tanh(z + atanh(off / half)) half - off`; the digit is `bounded`, rounded, ties to
/// even; the id is the sum of `(digit + L / 2) basis`, with `basis = 1, L_0, L_0 L_1, ...`. Float64
/// throughout, by [StrictMath]: the same ids on every machine. A float32 implementation may round
/// another way where `bounded` lies within 1e-6 of a tie. Immutable.
public final class FiniteScalarQuantizer {
  private static final double WIDENING = 1e-3;

  private final int[] levels;
  private final int[] basis;
  private final double[] halves;
  private final double[] shifts;
  private final int size;
  private final NanPolicy nanPolicy;

  private FiniteScalarQuantizer(int[] levels, NanPolicy nanPolicy) {
    this.levels = levels;
    this.nanPolicy = nanPolicy;
    basis = new int[levels.length];
    halves = new double[levels.length];
    shifts = new double[levels.length];
    long product = 1;
    for (int column = 0; column < levels.length; column++) {
      if (levels[column] < 2) {
        throw new IllegalArgumentException(
            "column %d has at least 2 levels, not %d".formatted(column, levels[column]));
      }
      basis[column] = (int) product;
      product *= levels[column];
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "the levels %s make %s ids or more, ids reach to %d"
                .formatted(Arrays.toString(levels), product, Integer.MAX_VALUE));
      }
      halves[column] = (levels[column] - 1) * (1 + WIDENING) / 2;
      shifts[column] = atanh(offset(levels[column]) / halves[column]);
    }
    size = (int) product;
  }

  private static double offset(int levels) {
    return levels % 2 == 0 ? 0.5 : 0;
  }

  private static double atanh(double x) {
    return (StrictMath.log1p(x) - StrictMath.log1p(-x)) / 2;
  }

  /// A quantizer of vectors with a column for each number of levels; a NaN is an error.
  ///
  /// @throws IllegalArgumentException if there is none, one is below 2, or there would be 2^31 ids
  ///   or more
  public static FiniteScalarQuantizer of(int... levels) {
    if (levels.length == 0) {
      throw new IllegalArgumentException("a finite scalar quantizer needs at least 1 column");
    }
    return new FiniteScalarQuantizer(levels.clone(), NanPolicy.ERROR);
  }

  /// This quantizer with another rule for vectors that hold a NaN or an infinity.
  public FiniteScalarQuantizer withNanPolicy(NanPolicy policy) {
    return new FiniteScalarQuantizer(levels, policy);
  }

  /// The number of ids: the product of the levels.
  public int size() {
    return size;
  }

  /// The number of columns.
  public int dim() {
    return levels.length;
  }

  /// The ids of vectors: `[n x dim] -> [n x 1]`.
  ///
  /// @throws IllegalArgumentException if there are other columns, or a vector holds a NaN or an
  ///   infinity under [NanPolicy#ERROR]; names the row and the column
  public TokenIds encode(FloatMatrix vectors) {
    return ScalarCodes.encode(vectors, levels.length, nanPolicy, this::id);
  }

  private int id(FloatMatrix vectors, long row) {
    int id = 0;
    for (int column = 0; column < levels.length; column++) {
      double half = halves[column];
      double bounded =
          StrictMath.tanh(vectors.get(row, column) + shifts[column]) * half
              - offset(levels[column]);
      id += ((int) Math.rint(bounded) + levels[column] / 2) * basis[column];
    }
    return id;
  }

  /// The digits of ids, `-L/2` to `(L - 1)/2` by column: `[n x 1] -> [n x dim]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, size)`; names its row
  public TokenIds digits(TokenIds ids) {
    ScalarCodes.check(ids, size);
    TokenIds digits = TokenIds.allocate(ids.rows(), levels.length);
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < levels.length; column++) {
        digits.set(row, column, digit(ids.get(row), column));
      }
    }
    return digits;
  }

  private int digit(int id, int column) {
    return id / basis[column] % levels[column] - levels[column] / 2;
  }

  /// The vectors of ids, each digit divided by `L / 2`, rounded down: within [-1, 1]; `[n x 1] ->
  /// [n x dim]`.
  ///
  /// @throws IllegalArgumentException if an id is outside `[0, size)`; names its row
  public FloatMatrix decode(TokenIds ids) {
    ScalarCodes.check(ids, size);
    FloatMatrix vectors = FloatMatrix.allocate(ids.rows(), levels.length);
    for (long row = 0; row < ids.rows(); row++) {
      for (int column = 0; column < levels.length; column++) {
        int half = levels[column] / 2;
        vectors.set(row, column, (float) digit(ids.get(row), column) / half);
      }
    }
    return vectors;
  }

  /// The levels.
  @Override
  public String toString() {
    return "FiniteScalarQuantizer" + Arrays.toString(levels);
  }
}
