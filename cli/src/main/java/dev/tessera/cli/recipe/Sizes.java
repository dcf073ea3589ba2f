package dev.tessera.cli.recipe;

import java.util.LinkedHashMap;
import java.util.Map;

/// What the letters in shapes stand for: in the published weights, and in an example that is small
/// enough to try a command with.
final class Sizes {
  private final Map<String, Size> sizes = new LinkedHashMap<>();

  /// @param published 0 where it differs from use to use
  private record Size(int published, int small) {}

  /// Reads `width 768 24, n - 6`: a letter or word, its published size or `-`, its small one.
  static Sizes parse(String text) {
    Sizes sizes = new Sizes();
    if (!text.isBlank()) {
      for (String entry : text.split(",", -1)) {
        String[] parts = entry.strip().split(" +", -1);
        int published = parts[1].equals("-") ? 0 : Integer.parseInt(parts[1]);
        sizes.sizes.put(parts[0], new Size(published, Integer.parseInt(parts[2])));
      }
    }
    return sizes;
  }

  /// The size of an axis in the example.
  int small(String axis) {
    if (isNumber(axis)) {
      return Integer.parseInt(axis);
    }
    Size size = sizes.get(axis);
    if (size == null) {
      throw new IllegalStateException("no size is given for the axis " + axis);
    }
    return size.small();
  }

  /// An axis as people read it: its published size, or the word for it.
  String shown(String axis) {
    Size size = sizes.get(axis);
    return size == null || size.published() == 0 ? axis : String.valueOf(size.published());
  }

  static boolean isNumber(String axis) {
    return Character.isDigit(axis.charAt(0));
  }
}
