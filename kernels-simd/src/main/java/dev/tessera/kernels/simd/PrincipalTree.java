package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import dev.tessera.internal.screen.ErrorBounds;
import dev.tessera.internal.screen.RoundingError;
import dev.tessera.kernel.Metric;
import dev.tessera.tensor.FloatMatrix;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// A [BlockTree] over the codewords on the first principal axes, with the norm of what is left of
/// each as one more coordinate. For squared Euclidean distance.
///
/// With Q the orthonormal axes, `P(v) = (Q'v, |v - QQ'v|)` brings no two vectors farther apart:
/// `|P(X) - P(C)| <= |X - C|` (orthogonality for the first part, the triangle inequality for the
/// last). So a codeword whose score may be at most `limit` has `|P(X) - P(C)| <= R`, where
///
/// ```
/// R^2 = 2 limit + |X|^2,  as the score is 0.5 |X - C|^2 - 0.5 |X|^2
/// ```
///
/// What is searched for are float32 `P^(X)`, `P^(C)`. Their first coordinates are off by at most `e
/// |X|` together, e the error of [Projection] and two roundings for storing X. The square of the
/// tail is computed as `|X|^2` less the squares of the first coordinates, which errs by at most
/// `kappa |X|^2`, `kappa = 2 e + g32(roundings of |X|^2 and of those squares)`; and from `|a^2 -
/// b^2| <= k` follow `|a - b| <= sqrt(k)` and `|a - b| <= k / a`. Let `slack` be the sum of all
/// that for the point, and the greatest for any codeword of the tree. Then by the triangle
/// inequality `|P^(X) - P^(C)| <= R + slack`, and the float32 sum of squares of the tree
/// ([TreeDescent]) is at most `(R + slack)^2 (1 + g32(DEPTH + 4))`. The constants are taken 10 %
/// larger.
final class PrincipalTree {
  /// The most axes.
  static final int AXES = BlockSweep.DEPTH - 1;

  private static final double SAFETY = 1.1;

  private final BlockTree tree;
  private final Projection projection;
  private final int[] codes;
  private final double factor;
  private final double headError;
  private final double tailError;
  private final double squareError;
  private final double codewordSlack;

  /// @param factor 1; anything less proves nothing, and lets a test show that it matters
  PrincipalTree(
      Arena arena, CentredCodebook codebook, PrincipalCoordinates principal, double factor) {
    this.factor = factor;
    int axes = Math.min(AXES, principal.axes());
    projection = principal.projection(arena, axes);
    headError = SAFETY * (projection.error() + 2 * RoundingError.FLOAT_UNIT);
    squareError =
        SAFETY * RoundingError.ofFloats(CodewordRows.roundings(codebook.dim()) + AXES + 8);
    tailError = 2 * headError + squareError;
    int[] kept = new int[codebook.codes()];
    int count = 0;
    for (int code = 0; code < codebook.codes(); code++) {
      if (!codebook.isOutlier(code)) {
        kept[count++] = code;
      }
    }
    codes = Arrays.copyOf(kept, count);
    float[] coordinates = new float[count * BlockSweep.DEPTH];
    double slack = 0;
    for (int i = 0; i < count; i++) {
      double norm = codebook.norm(codes[i]);
      int to = i * BlockSweep.DEPTH;
      System.arraycopy(
          principal.coordinates(), codes[i] * principal.stride(), coordinates, to, axes);
      double tail = complete(coordinates, to, norm * norm);
      slack = Math.max(slack, slack(norm, tail));
    }
    codewordSlack = slack;
    tree = BlockTree.of(FloatMatrix.of(coordinates, count, BlockSweep.DEPTH), arena);
  }

  /// Whether a tree can prune for such an operand.
  static boolean serves(CentredCodebook codebook, PrincipalCoordinates principal) {
    int members = codebook.codes() - codebook.outliers().length;
    return codebook.metric() == Metric.L2
        && members > BlockTree.FANOUT * BlockTree.FANOUT * BlockTree.MOST_TOP_NODES
        && members <= Integer.MAX_VALUE / BlockSweep.DEPTH
        && principal.axes() > 0;
  }

  BlockTree tree() {
    return tree;
  }

  Projection projection() {
    return projection;
  }

  /// The code of the codeword at a position of the tree.
  int code(int position) {
    return codes[tree.code(position)];
  }

  /// Writes the tail behind the first coordinates, and returns it.
  ///
  /// @param square the square of the whole vector's norm
  double complete(float[] coordinates, int at, double square) {
    double head = 0;
    for (int k = 0; k < AXES; k++) {
      head = Math.fma((double) coordinates[at + k], coordinates[at + k], head);
    }
    double tail = Math.sqrt(Math.max(0, square - head));
    coordinates[at + AXES] = (float) tail;
    return tail;
  }

  /// How far a vector's coordinates may be from where they should be.
  private double slack(double norm, double tail) {
    double square = tailError * norm * norm;
    double ofTail = tail > 0 ? Math.min(Math.sqrt(square), square / tail) : Math.sqrt(square);
    return factor * (headError * norm + ofTail + RoundingError.FLOAT_UNIT * norm);
  }

  /// The slack of a point, that of the codewords included.
  double pointSlack(double norm, double tail) {
    return slack(norm, tail) + codewordSlack;
  }

  /// The squared distance up to which codewords may have at most the score `limit`.
  ///
  /// @param square `|X|^2`, computed in float32
  float threshold(double limit, double square, double slack) {
    double distance = Math.sqrt(Math.max(0, 2 * limit + square * (1 + factor * squareError)));
    double reach = distance + slack;
    double chain = 1 + factor * RoundingError.ofFloats(BlockSweep.DEPTH + 4);
    return RoundingError.roundUp(reach * reach * chain + factor * ErrorBounds.UNDERFLOW);
  }

  long bytes() {
    return tree.sizeBytes() + projection.bytes() + (long) codes.length * Integer.BYTES;
  }
}
