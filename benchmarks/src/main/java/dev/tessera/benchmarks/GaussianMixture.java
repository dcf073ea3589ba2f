package dev.tessera.benchmarks;

import dev.tessera.tensor.FloatMatrix;
import java.util.SplittableRandom;

/// Vectors with the structure that encoders give theirs: 256 clusters in a subspace of `r = d^0.75`
/// dimensions, turned into d correlated columns, plus a little noise in all of them.
///
/// A row is `z W + 0.1 e`, with `z` a cluster's centre (`1.5 *` standard normal) plus `0.7 *`
/// standard normal, `W [r x d]` standard normal over `sqrt(r)`, and `e` standard normal.
/// `benchmarks/peers/nearest.py` draws from the same distribution with numpy's generator.
final class GaussianMixture {
  private static final int CLUSTERS = 256;
  private static final double CENTRE_SPREAD = 1.5;
  private static final double CLUSTER_SPREAD = 0.7;
  private static final double NOISE = 0.1;

  private final int dim;
  private final int rank;
  private final SplittableRandom random;
  private final float[] mixing;
  private final float[] centres;

  GaussianMixture(int dim, long seed) {
    this.dim = dim;
    rank = Math.max(2, Math.min(dim, (int) Math.pow(dim, 0.75)));
    random = new SplittableRandom(seed);
    mixing = normal(rank * dim, 1 / Math.sqrt(rank));
    centres = normal(CLUSTERS * rank, CENTRE_SPREAD);
  }

  private float[] normal(int length, double scale) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (scale * random.nextGaussian());
    }
    return values;
  }

  /// The next `rows` rows of the stream, `[rows x dim]`.
  FloatMatrix sample(int rows) {
    FloatMatrix sample = FloatMatrix.allocate(rows, dim);
    float[] vector = new float[dim];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < dim; i++) {
        vector[i] = (float) (NOISE * random.nextGaussian());
      }
      int cluster = random.nextInt(CLUSTERS);
      for (int j = 0; j < rank; j++) {
        float z = centres[cluster * rank + j] + (float) (CLUSTER_SPREAD * random.nextGaussian());
        for (int i = 0; i < dim; i++) {
          vector[i] += z * mixing[j * dim + i];
        }
      }
      for (int i = 0; i < dim; i++) {
        sample.set(row, i, vector[i]);
      }
    }
    return sample;
  }
}
