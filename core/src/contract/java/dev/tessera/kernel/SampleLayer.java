package dev.tessera.kernel;

import dev.tessera.tensor.FloatMatrix;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A linear layer and rows for it, by kind, shape and seed.
///
/// @param x `[n x in]`
/// @param weight `[out x in]`
/// @param bias `[1 x out]`, or null
public record SampleLayer(FloatMatrix x, FloatMatrix weight, @Nullable FloatMatrix bias) {

  /// What the elements look like, and what that could mislead.
  public enum Kind {
    /// Independent normal values.
    RANDOM,
    /// All rows 1, all weights 0.1: every rounding of a sum may go the same way.
    CONSTANT,
    /// Terms that cancel in pairs, far apart: the sum is small beside its terms.
    CANCELLING,
    /// Magnitudes from 1e-6 to 1e6.
    WIDE
  }

  /// A layer of this kind.
  public static SampleLayer of(Kind kind, int n, int inputs, int outputs, boolean bias, long seed) {
    Random random = new Random(seed * 31 + kind.ordinal());
    float[] x = new float[n * inputs];
    float[] w = new float[outputs * inputs];
    float[] b = new float[outputs];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (kind) {
            case CONSTANT -> 1;
            case WIDE -> wide(random);
            default -> (float) random.nextGaussian();
          };
    }
    for (int i = 0; i < w.length; i++) {
      w[i] =
          switch (kind) {
            case CONSTANT -> 0.1f;
            case WIDE -> wide(random);
            default -> (float) random.nextGaussian() / (float) Math.sqrt(inputs);
          };
    }
    for (int i = 0; i < b.length; i++) {
      b[i] = kind == Kind.WIDE ? wide(random) : (float) random.nextGaussian();
    }
    if (kind == Kind.CANCELLING) {
      int half = inputs / 2;
      for (int i = 0; i < x.length; i++) {
        int column = i % inputs;
        x[i] = column < half ? x[i] : -x[i - Math.min(column, half)];
      }
      for (int i = 0; i < w.length; i++) {
        int column = i % inputs;
        w[i] = column < half ? w[i] : w[i - Math.min(column, half)];
      }
    }
    return new SampleLayer(
        FloatMatrix.of(x, n, inputs),
        FloatMatrix.of(w, outputs, inputs),
        bias ? FloatMatrix.of(b, 1, outputs) : null);
  }

  private static float wide(Random random) {
    return (float) (random.nextGaussian() * Math.pow(10, 12 * random.nextDouble() - 6));
  }
}
