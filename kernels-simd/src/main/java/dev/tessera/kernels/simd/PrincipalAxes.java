package dev.tessera.kernels.simd;

import dev.tessera.internal.screen.CentredCodebook;
import java.util.Arrays;
import java.util.Random;

/// The directions in which the codebook varies most: block power iteration on a sample of the
/// centred codewords (Halko, Martinsson, Tropp 2011), followed by a rotation to the principal axes
/// within the block.
///
/// The screen is right with any orthonormal axes, and it measures how orthonormal these are; their
/// quality decides only how much it prunes.
final class PrincipalAxes {
  /// Codewords looked at; 2048 and all 16,384 give the same number of candidates within 2 %.
  static final int SAMPLE = 2048;

  /// Rounds of the iteration; 4 and 10 give the same number of candidates within 1 %.
  private static final int ROUNDS = 4;

  private static final long SEED = 0x7e55e7a;

  /// A direction whose share of the variance is below this is not one.
  private static final double LEAST_SHARE = 1e-10;

  private PrincipalAxes() {}

  /// Up to `count` orthonormal axes, the most important first, as `[dim][axes]`; none where all
  /// codewords are the same.
  static float[][] of(CentredCodebook codebook, int count) {
    int dim = codebook.dim();
    float[][] sample = sample(codebook);
    double[][] axes = new double[Math.min(count, Math.min(dim, sample.length))][dim];
    Random random = new Random(SEED);
    for (double[] axis : axes) {
      for (int i = 0; i < dim; i++) {
        axis[i] = random.nextGaussian();
      }
    }
    axes = orthonormal(axes);
    for (int round = 0; round < ROUNDS && axes.length > 0; round++) {
      axes = orthonormal(transposedProduct(sample, product(sample, axes), dim));
    }
    return axes.length == 0 ? new float[dim][0] : rotated(axes, product(sample, axes));
  }

  private static float[][] sample(CentredCodebook codebook) {
    int codes = codebook.codes();
    int size = Math.min(codes, SAMPLE);
    float[][] sample = new float[size][];
    int taken = 0;
    for (int i = 0; i < size; i++) {
      int code = (int) ((long) i * codes / size);
      if (!codebook.isOutlier(code)) {
        sample[taken] = new float[codebook.dim()];
        codebook.copyRow(code, sample[taken]);
        taken++;
      }
    }
    return Arrays.copyOf(sample, taken);
  }

  /// `[sample][axes]`: each row on each axis.
  private static double[][] product(float[][] sample, double[][] axes) {
    int count = axes.length;
    int dim = count == 0 ? 0 : axes[0].length;
    double[] byElement = new double[dim * count];
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < dim; i++) {
        byElement[i * count + k] = axes[k][i];
      }
    }
    double[][] product = new double[sample.length][count];
    for (int row = 0; row < sample.length; row++) {
      accumulate(sample[row], byElement, product[row]);
    }
    return product;
  }

  private static void accumulate(float[] row, double[] byElement, double[] sums) {
    int count = sums.length;
    for (int i = 0; i < row.length; i++) {
      double value = row[i];
      int from = i * count;
      for (int k = 0; k < count; k++) {
        sums[k] += value * byElement[from + k];
      }
    }
  }

  /// `[axes][dim]`: the sample's rows added up, weighted by their coordinates.
  private static double[][] transposedProduct(float[][] sample, double[][] coordinates, int dim) {
    int count = coordinates.length == 0 ? 0 : coordinates[0].length;
    double[][] sums = new double[count][dim];
    for (int k = 0; k < count; k++) {
      double[] sum = sums[k];
      for (int row = 0; row < sample.length; row++) {
        addScaled(coordinates[row][k], sample[row], sum);
      }
    }
    return sums;
  }

  private static void addScaled(double factor, float[] row, double[] sum) {
    for (int i = 0; i < row.length; i++) {
      sum[i] += factor * row[i];
    }
  }

  /// Gram-Schmidt, twice, which is enough; directions that vanish are left out.
  private static double[][] orthonormal(double[][] vectors) {
    double greatest = 0;
    for (double[] vector : vectors) {
      greatest = Math.max(greatest, norm(vector));
    }
    double[][] basis = new double[vectors.length][];
    int found = 0;
    for (double[] vector : vectors) {
      for (int pass = 0; pass < 2; pass++) {
        for (int k = 0; k < found; k++) {
          double product = dot(vector, basis[k]);
          for (int i = 0; i < vector.length; i++) {
            vector[i] -= product * basis[k][i];
          }
        }
      }
      double norm = norm(vector);
      if (norm > LEAST_SHARE * greatest) {
        for (int i = 0; i < vector.length; i++) {
          vector[i] /= norm;
        }
        basis[found++] = vector;
      }
    }
    if (found == 0 && vectors.length > 0) {
      basis[found] = new double[vectors[0].length]; // all codewords are the same: any axis will do
      basis[found++][0] = 1;
    }
    return Arrays.copyOf(basis, found);
  }

  private static double norm(double[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /// Turns the axes within their span so that the sample's coordinates are uncorrelated.
  private static float[][] rotated(double[][] axes, double[][] coordinates) {
    int count = axes.length;
    double[][] covariance = new double[count][count];
    for (double[] row : coordinates) {
      for (int a = 0; a < count; a++) {
        for (int b = 0; b < count; b++) {
          covariance[a][b] += row[a] * row[b];
        }
      }
    }
    double[][] vectors = SymmetricEigenvectors.of(covariance);
    int dim = count == 0 ? 0 : axes[0].length;
    float[][] byElement = new float[dim][count];
    for (int i = 0; i < dim; i++) {
      for (int k = 0; k < count; k++) {
        double sum = 0;
        for (int a = 0; a < count; a++) {
          sum += vectors[k][a] * axes[a][i];
        }
        byElement[i][k] = (float) sum;
      }
    }
    return byElement;
  }
}
