package dev.tessera.kernel;

/// What becomes of each element of a linear layer's result, in float64. These formulas *are* the
/// definition; [LinearKernel] says how close a kernel comes. A NaN stays one; minus infinity
/// becomes NaN under [#GELU], [#GELU_TANH] and [#SILU], as in torch.
public enum Activation {
  /// The element itself.
  NONE {
    @Override
    public double apply(double x) {
      return x;
    }
  },

  /// `x Phi(x) = x erfc(-x / sqrt(2)) / 2`, Phi the normal distribution function: the exact form,
  /// as in BERT and in LLaVA's projector (Hendrycks and Gimpel, arXiv 1606.08415).
  GELU {
    @Override
    public double apply(double x) {
      return x * (0.5 * ErrorFunction.complement(-x / SQRT_2));
    }
  },

  /// `x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2`: the same paper's approximation, up to
  /// 5e-4 from [#GELU].
  GELU_TANH {
    @Override
    public double apply(double x) {
      return 0.5 * x * (1 + Math.tanh(SQRT_2_BY_PI * (x + CUBE * x * x * x)));
    }
  },

  /// The hyperbolic tangent.
  TANH {
    @Override
    public double apply(double x) {
      return Math.tanh(x);
    }
  },

  /// `max(x, 0)`.
  RELU {
    @Override
    public double apply(double x) {
      return Math.max(x, 0);
    }
  },

  /// `x / (1 + e^-x)`, also called swish.
  SILU {
    @Override
    public double apply(double x) {
      return x * (1 / (1 + Math.exp(-x)));
    }
  };

  /// The factor of the cube in [#GELU_TANH].
  public static final double CUBE = 0.044715;

  /// The factor in front of the sum in [#GELU_TANH].
  public static final double SQRT_2_BY_PI = Math.sqrt(2 / Math.PI);

  private static final double SQRT_2 = Math.sqrt(2);

  /// The function's value.
  public abstract double apply(double x);
}
