package dev.tessera.cli.recipe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A shape of which some axes are given as numbers and the others as words.
///
/// @param names in their order, as in `[n, 257, width]`
record Axes(List<String> names) {
  /// Reads `[n x 257 x width]`.
  static Axes parse(String text) {
    String inner = text.substring(1, text.length() - 1);
    return new Axes(inner.isEmpty() ? List.of() : List.of(inner.split(" x ", -1)));
  }

  /// Whether a shape is of this kind, and words that stand for a size already stand for it here.
  /// Axes of size 1 in front may lack or be added. On success new words are bound.
  boolean bind(long[] shape, Map<String, Long> bound) {
    int extra = shape.length - names.size();
    for (int i = 0; i < extra; i++) {
      if (shape[i] != 1) {
        return false;
      }
    }
    Map<String, Long> added = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      long size = i + extra < 0 ? 1 : shape[i + extra];
      String name = names.get(i);
      Long known =
          Sizes.isNumber(name) ? Long.valueOf(name) : bound.getOrDefault(name, added.get(name));
      boolean lacks = i + extra < 0 && known == null && i > 0; // a word may lack in front alone
      if (lacks || (known != null && known != size)) {
        return false;
      }
      if (!Sizes.isNumber(name)) {
        added.put(name, size);
      }
    }
    bound.putAll(added);
    return true;
  }

  /// Whether the first axis counts things, any number of them.
  boolean countFirst() {
    return names.getFirst().equals("n");
  }

  /// The sizes in an example.
  long[] small(Sizes sizes) {
    return names.stream().mapToLong(sizes::small).toArray();
  }

  /// With the published sizes, as in `[n x 257 x 1408]`.
  String shown(Sizes sizes) {
    return names.stream().map(sizes::shown).collect(Collectors.joining(" x ", "[", "]"));
  }

  /// With what is known of a file already, as in `[24 x 32]`.
  String expected(Map<String, Long> bound) {
    return names.stream()
        .map(name -> bound.containsKey(name) ? bound.get(name).toString() : name)
        .collect(Collectors.joining(" x ", "[", "]"));
  }

  static String text(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(Long::toString)
        .collect(Collectors.joining(" x ", "[", "]"));
  }

  @Override
  public String toString() {
    return names.stream().collect(Collectors.joining(" x ", "[", "]"));
  }
}
