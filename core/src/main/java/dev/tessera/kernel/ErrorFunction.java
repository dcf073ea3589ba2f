package dev.tessera.kernel;

/// The complementary error function `erfc(x) = 1 - erf(x) = 2 / sqrt(pi) * integral of e^(-t^2)
/// from x to infinity`, in float64: relative error below 1e-11 wherever the result is a normal
/// number.
final class ErrorFunction {
  /// Below this the series serves, above it the continued fraction: either converges there in some
  /// 40 steps, and the series' `1 - erf` has lost three digits.
  private static final double SERIES_END = 2.5;

  /// Terms of the continued fraction; at [#SERIES_END] 50 give all digits.
  private static final int FRACTION_TERMS = 60;

  private static final double SQRT_PI = Math.sqrt(Math.PI);

  private ErrorFunction() {}

  /// `1 - erf(x)`; 0 for infinity, 2 for minus infinity, NaN for a NaN.
  static double complement(double x) {
    double magnitude = Math.abs(x);
    double complement = magnitude < SERIES_END ? 1 - series(magnitude) : fraction(magnitude);
    return x < 0 ? 2 - complement : complement;
  }

  /// `erf(x) = 2 / sqrt(pi) * e^(-x^2) * (x + 2 x^3 / 3 + 4 x^5 / 15 + ...)` (Abramowitz and
  /// Stegun, 7.1.6): all terms are positive, so none cancel.
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > 1e-17 * sum; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / SQRT_PI * Math.exp(-x * x) * sum;
  }

  /// `erfc(x) = e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...))))`
  /// (Abramowitz and Stegun, 7.1.14), from the innermost term outwards.
  private static double fraction(double x) {
    double denominator = x;
    for (int n = FRACTION_TERMS; n > 0; n--) {
      denominator = x + n / 2.0 / denominator;
    }
    return Math.exp(-x * x) / SQRT_PI / denominator;
  }
}
