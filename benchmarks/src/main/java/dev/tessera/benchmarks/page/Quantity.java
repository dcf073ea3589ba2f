package dev.tessera.benchmarks.page;

import java.util.Locale;

/// Numbers for people: three digits that matter, and a prefix where there are more.
public final class Quantity {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P"};
  private static final double STEP = 1000;

  private Quantity() {}

  /// As in `891 k points/s`; bytes as in `512 MB/s`.
  public static String rate(double value, String unit) {
    return unit.equals("bytes") ? scaled(value, "B/s") : scaled(value, unit + "/s");
  }

  /// As in `1.73 MB`.
  static String bytes(double value) {
    return value < STEP ? plain(value) + " B" : scaled(value, "B");
  }

  /// As in `1.21 TFLOP/s`.
  static String flops(double value) {
    return scaled(value, "FLOP/s");
  }

  /// As in `73.5 ms`.
  static String seconds(double value) {
    return value >= 1
        ? digits(value) + " s"
        : value >= 1e-3
            ? digits(1e3 * value) + " ms"
            : value >= 1e-6 ? digits(1e6 * value) + " µs" : digits(1e9 * value) + " ns";
  }

  /// As in `37 %`.
  static String percent(double share) {
    return share < 0.1 ? digits(100 * share) + " %" : Math.round(100 * share) + " %";
  }

  /// As in `4.02`, `12.7`.
  static String times(double ratio) {
    return digits(ratio);
  }

  /// Without a prefix, the groups apart.
  static String plain(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  private static String scaled(double value, String unit) {
    int prefix = 0;
    double rest = value;
    while (rest >= STEP - 0.5 && prefix < PREFIXES.length - 1) {
      rest /= STEP;
      prefix++;
    }
    boolean word = unit.length() > 0 && Character.isLowerCase(unit.charAt(0));
    String gap = word && prefix > 0 ? " " : "";
    return digits(rest) + " " + PREFIXES[prefix] + gap + unit;
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    if (size != 0 && size < 0.01) {
      return String.format(Locale.ROOT, "%.2g", value);
    }
    int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
