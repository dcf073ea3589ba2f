package dev.tessera.benchmarks.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Something to measure.
///
/// @param path what is done
/// @param subject by whom
/// @param data on what kind of data
/// @param sizes how large they are, axis by axis, as a shape is written
/// @param threads threads of the subject
/// @param compared whether all subjects are given this; else it is a point of a series
record BenchCase(
    HotPath path,
    String subject,
    String data,
    Map<String, Long> sizes,
    int threads,
    boolean compared) {
  static final List<String> NEAREST_AXES = List.of("points", "codewords", "columns");
  static final List<String> TEXT_AXES = List.of("bytes");
  static final List<String> HOP_AXES = List.of("nodes", "pairs", "columns");

  /// Sizes of a path, in the order of its axes.
  static Map<String, Long> sizes(HotPath path, long... values) {
    List<String> axes =
        switch (path) {
          case NEAREST -> NEAREST_AXES;
          case TEXT -> TEXT_AXES;
          case HOPS -> HOP_AXES;
        };
    if (axes.size() != values.length) {
      throw new IllegalArgumentException(
          "%s has %d axes, found %d sizes".formatted(path.label(), axes.size(), values.length));
    }
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (int axis = 0; axis < values.length; axis++) {
      sizes.put(axes.get(axis), values[axis]);
    }
    return sizes;
  }

  /// The size along an axis.
  long size(String axis) {
    Long size = sizes.get(axis);
    if (size == null) {
      throw new IllegalArgumentException("%s has no axis `%s`".formatted(path.label(), axis));
    }
    return size;
  }

  /// This case with another size along one axis, for a series.
  BenchCase along(String axis, long size) {
    Map<String, Long> other = new LinkedHashMap<>(sizes);
    other.put(axis, size);
    return new BenchCase(path, subject, data, other, threads, false);
  }

  /// This case by another subject.
  BenchCase by(String other) {
    return new BenchCase(path, other, data, sizes, threads, compared);
  }

  /// This case on other threads, for a series.
  BenchCase on(int others) {
    return new BenchCase(path, subject, data, sizes, others, false);
  }

  /// As a shape is written: `65536x8192x32`.
  String shape() {
    return String.join("x", sizes.values().stream().map(String::valueOf).toList());
  }

  /// What is measured, without by whom.
  String what() {
    return "%s %s, %d %s".formatted(data, shape(), threads, threads == 1 ? "thread" : "threads");
  }

  @Override
  public String toString() {
    return "%s, %s: %s".formatted(path.label(), subject, what());
  }
}
