package dev.tessera.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The size of a nearest-codeword search, written `65536x8192x32`.
///
/// @param points the number of points, N
/// @param codes the number of codewords, K
/// @param dim the number of columns, d
record NearestShape(int points, int codes, int dim) {
  private static final Pattern FORM = Pattern.compile("(\\d+)x(\\d+)x(\\d+)");

  /// Reads `NxKxd`.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  static NearestShape parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a shape is written POINTSxCODESxDIM, as in 65536x8192x32, not `%s`".formatted(text));
    }
    return new NearestShape(
        Integer.parseInt(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  @Override
  public String toString() {
    return points + "x" + codes + "x" + dim;
  }
}
