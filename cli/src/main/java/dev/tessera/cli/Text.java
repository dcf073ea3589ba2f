package dev.tessera.cli;

import java.util.Locale;

/// Numbers as people read them, the same in every locale.
final class Text {
  private static final double[] SCALES = {1e12, 1e9, 1e6, 1e3};
  private static final String[] SCALE_NAMES = {" T", " G", " M", " k"};

  private Text() {}

  @SuppressWarnings("AnnotateFormatMethod") // that annotation is not on the class path
  static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  /// A rate with three digits, as in `1.23 M vectors/s`.
  static String rate(double perSecond, String unit) {
    for (int i = 0; i < SCALES.length; i++) {
      if (perSecond >= SCALES[i]) {
        double scaled = perSecond / SCALES[i];
        int decimals = scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
        return format("%." + decimals + "f%s %s/s", scaled, SCALE_NAMES[i], unit);
      }
    }
    return format("%.0f %s/s", perSecond, unit);
  }

  /// A duration, as in `3.2 ms` or `1 min 5 s`.
  static String duration(double seconds) {
    if (seconds < 1) {
      return format("%.1f ms", seconds * 1e3);
    }
    if (seconds < 60) {
      return format("%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return format("%d min %d s", whole / 60, whole % 60);
  }
}
