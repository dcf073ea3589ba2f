package dev.tessera.kernels.opencl;

/// How a device divides so that quotients of float32 are correctly rounded, which OpenCL does not
/// promise of `/`: the one place where that is chosen, for all programs that promise bits.
///
/// Where the device can, its compiler is told to. Else the quotient is taken in float64, which is
/// always correctly rounded, in a form that no compiler turns back into a division of float32
/// (`centroids.cl` says how that came to matter).
final class Division {
  /// Division of float32, correctly rounded in the whole program.
  static final String IN_FLOAT = "-DDIVIDE_IN_DOUBLE=0 -cl-fp32-correctly-rounded-divide-sqrt";

  /// Division of float64, rounded once more.
  static final String IN_DOUBLE = "-DDIVIDE_IN_DOUBLE=1";

  private Division() {}

  /// Whether a device has either.
  static boolean isExactOn(Device device) {
    return device.exactDivision() || device.fp64();
  }

  /// The compiler's options for a program that divides.
  static String options(Device device) {
    return device.exactDivision() ? IN_FLOAT : IN_DOUBLE;
  }
}
