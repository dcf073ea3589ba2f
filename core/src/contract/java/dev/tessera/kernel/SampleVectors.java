package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import java.util.Random;

/// Points and codewords for tests, by kind, shape and seed.
///
/// @param points `[n x dim]`
/// @param codewords `[codes x dim]`
public record SampleVectors(FloatMatrix points, FloatMatrix codewords) {

  /// What the vectors look like, and which fast path that could mislead.
  public enum Kind {
    /// Independent normal values: nothing to prune.
    RANDOM,
    /// Points close to codewords, codewords in groups: much to prune.
    CLUSTERED,
    /// Everything moved by 1e4: float32 expansions of the distance cancel.
    OFFSET,
    /// Every codeword three times, the copies far apart and in the last columns, points on top of
    /// them.
    DUPLICATES,
    /// Small integers: many exact ties.
    INTEGER_TIES,
    /// Values near 1e-40: squares underflow in float32.
    DENORMAL,
    /// One codeword near 1e30: its square overflows in float32.
    ONE_HUGE_CODEWORD,
    /// Norms from 1e-6 to 1e6, points too.
    WIDE_NORMS,
    /// All points and codewords the same vector.
    CONSTANT,
    /// Some points near the largest float: sums of their squares overflow in float32.
    HUGE_POINTS,
    /// Codewords that differ from their neighbour by one unit in the last place.
    NEAR_TIES
  }

  /// Vectors of this kind.
  public static SampleVectors of(Kind kind, int n, int codes, int dim, long seed) {
    Random random = new Random(seed * 31 + kind.ordinal());
    float[] c = new float[codes * dim];
    float[] x = new float[n * dim];
    switch (kind) {
      case RANDOM, OFFSET, ONE_HUGE_CODEWORD, DENORMAL, WIDE_NORMS, HUGE_POINTS, DUPLICATES -> {
        fillNormal(c, random);
        fillNormal(x, random);
      }
      case CLUSTERED -> {
        int groups = Math.max(1, codes / 8);
        float[] centres = new float[groups * dim];
        fillNormal(centres, random);
        for (int code = 0; code < codes; code++) {
          near(centres, random.nextInt(groups), c, code, dim, 0.1f, random);
        }
        for (int row = 0; row < n; row++) {
          near(c, random.nextInt(codes), x, row, dim, 0.05f, random);
        }
      }
      case INTEGER_TIES -> {
        for (int i = 0; i < c.length; i++) {
          c[i] = random.nextInt(3) - 1;
        }
        for (int i = 0; i < x.length; i++) {
          x[i] = random.nextInt(3) - 1;
        }
      }
      case CONSTANT -> {
        java.util.Arrays.fill(c, 0.75f);
        java.util.Arrays.fill(x, 0.75f);
      }
      case NEAR_TIES -> {
        fillNormal(c, random);
        for (int code = 1; code < codes; code += 2) {
          System.arraycopy(c, (code - 1) * dim, c, code * dim, dim);
          int changed = code * dim + random.nextInt(dim);
          c[changed] = Math.nextUp(c[changed]);
        }
        for (int row = 0; row < n; row++) {
          near(c, random.nextInt(codes), x, row, dim, 0.01f, random);
        }
      }
    }
    reshape(kind, n, codes, dim, c, x, random);
    return new SampleVectors(FloatMatrix.of(x, n, dim), FloatMatrix.of(c, codes, dim));
  }

  private static void reshape(
      Kind kind, int n, int codes, int dim, float[] c, float[] x, Random random) {
    switch (kind) {
      case OFFSET -> {
        add(c, 1e4f);
        add(x, 1e4f);
      }
      case DENORMAL -> {
        scale(c, 1e-40f);
        scale(x, 1e-40f);
      }
      case ONE_HUGE_CODEWORD -> {
        int code = random.nextInt(codes);
        for (int i = 0; i < dim; i++) {
          c[code * dim + i] = 1e30f * (random.nextBoolean() ? 1 : -1);
        }
      }
      case WIDE_NORMS -> {
        for (int code = 0; code < codes; code++) {
          scaleRow(c, code, dim, (float) Math.pow(10, random.nextInt(13) - 6));
        }
        for (int row = 0; row < n; row++) {
          scaleRow(x, row, dim, (float) Math.pow(10, random.nextInt(13) - 6));
        }
      }
      case HUGE_POINTS -> {
        for (int row = 0; row < n; row += 3) {
          scaleRow(x, row, dim, 1e37f);
        }
      }
      case DUPLICATES -> {
        for (int code = 0; code < codes; code++) {
          int original = code % Math.max(1, codes / 3);
          System.arraycopy(c, original * dim, c, code * dim, dim);
        }
        for (int row = 0; row < n; row++) {
          near(c, random.nextInt(codes), x, row, dim, row % 2 == 0 ? 0 : 0.1f, random);
        }
      }
      case RANDOM, CLUSTERED, INTEGER_TIES, CONSTANT, NEAR_TIES -> {}
    }
  }

  private static void fillNormal(float[] values, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
  }

  private static void near(
      float[] from, int place, float[] to, int row, int dim, float spread, Random random) {
    for (int i = 0; i < dim; i++) {
      to[row * dim + i] = from[place * dim + i] + spread * (float) random.nextGaussian();
    }
  }

  private static void add(float[] values, float offset) {
    for (int i = 0; i < values.length; i++) {
      values[i] += offset;
    }
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private static void scaleRow(float[] values, int row, int dim, float factor) {
    for (int i = 0; i < dim; i++) {
      values[row * dim + i] *= factor;
    }
  }
}
