package dev.tessera.internal.screen;

/// Bounds on the relative error of chains of rounded operations.
public final class RoundingError {
  /// Half a unit in the last place of float32.
  public static final double FLOAT_UNIT = 0x1p-24;

  /// Half a unit in the last place of float64.
  public static final double DOUBLE_UNIT = 0x1p-53;

  private RoundingError() {}

  /// `n u / (1 - n u)`: what `n` roundings to float32, one behind the other, can add up to.
  public static double ofFloats(int n) {
    return gamma(n, FLOAT_UNIT);
  }

  /// `n u / (1 - n u)`: what `n` roundings to float64, one behind the other, can add up to.
  public static double ofDoubles(int n) {
    return gamma(n, DOUBLE_UNIT);
  }

  private static double gamma(int n, double unit) {
    double product = n * unit;
    return product < 0.5 ? product / (1 - product) : Double.POSITIVE_INFINITY;
  }

  /// The least float that is not below `value`.
  public static float roundUp(double value) {
    float rounded = (float) value;
    return rounded < value ? Math.nextUp(rounded) : rounded;
  }

  /// The greatest float that is not above `value`.
  public static float roundDown(double value) {
    float rounded = (float) value;
    return rounded > value ? Math.nextDown(rounded) : rounded;
  }
}
