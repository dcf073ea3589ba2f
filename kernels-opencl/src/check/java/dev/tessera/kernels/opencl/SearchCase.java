package dev.tessera.kernels.opencl;

import dev.tessera.kernel.Metric;
import dev.tessera.kernel.NearestOperand;
import dev.tessera.tensor.FloatMatrix;
import java.util.Random;

/// A search to check: points and codewords from a seed.
///
/// Some points lie near a codeword, some between two, some anywhere; one holds a NaN, one an
/// infinity, one is all zeros, one too long for float32's squares. Some codewords come twice, and
/// with `outliers` two lie far out.
///
/// @param launches in how many pieces the codebook comes
/// @param parts in how many parts a launch works on its piece
record SearchCase(
    int rows,
    int codes,
    int dim,
    Metric metric,
    ScreenVariant screen,
    int launches,
    int parts,
    boolean outliers,
    long seed) {
  float[] codewords() {
    Random random = new Random(seed);
    float[] codewords = new float[codes * dim];
    for (int i = 0; i < codewords.length; i++) {
      codewords[i] = (float) random.nextGaussian() + 3; // off centre: cancellation matters
    }
    for (int code = 0; code + 37 < codes; code += 40) {
      System.arraycopy(codewords, code * dim, codewords, (code + 37) * dim, dim); // twice
    }
    if (outliers) {
      codewords[codes / 2 * dim] = 1e9f;
      codewords[(codes - 1) * dim + dim - 1] = -1e12f;
    }
    return codewords;
  }

  float[] points(float[] codewords) {
    Random random = new Random(seed + 1);
    float[] points = new float[rows * dim];
    for (int row = 0; row < rows; row++) {
      int a = random.nextInt(codes);
      int b = random.nextInt(codes);
      for (int i = 0; i < dim; i++) {
        float noise = (float) random.nextGaussian();
        float near = codewords[a * dim + i];
        points[row * dim + i] =
            switch (row % 4) {
              case 0 -> near + 0.2f * noise;
              case 1 -> 0.5f * (near + codewords[b * dim + i]);
              case 2 -> near;
              default -> noise + 3;
            };
      }
    }
    if (rows > 20) {
      points[5 * dim] = Float.NaN;
      points[6 * dim + dim - 1] = Float.NEGATIVE_INFINITY;
      java.util.Arrays.fill(points, 7 * dim, 8 * dim, 0);
      points[9 * dim] = 3e30f;
      points[11 * dim + dim / 2] = 1e-42f; // a denormal
    }
    return points;
  }

  NearestOperand operand(float[] codewords) {
    return new NearestOperand(FloatMatrix.of(codewords, codes, dim), metric);
  }

  @Override
  public String toString() {
    return "%d rows, %d codes, %d columns, %s, %s, %d launches of %d parts, %sseed %d"
        .formatted(
            rows, codes, dim, metric, screen, launches, parts, outliers ? "outliers, " : "", seed);
  }
}
