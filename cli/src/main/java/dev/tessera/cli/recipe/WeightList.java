package dev.tessera.cli.recipe;

import dev.tessera.io.FormatException;
import dev.tessera.io.Tensor;
import dev.tessera.nn.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tensors that a system takes, by their published names, and what shapes they have.
final class WeightList {
  /// Which tensors of a list there have to be.
  private enum Rule {
    /// Always.
    NEEDED,
    /// One of several ways; examples have this one.
    EXAMPLE,
    /// One of several ways.
    OTHERWISE
  }

  /// @param name with `N` for each layer, or `E` for every second one
  private record Entry(Rule rule, String name, Axes axes) {}

  private final List<Entry> entries;

  private WeightList(List<Entry> entries) {
    this.entries = entries;
  }

  /// Reads `name [rows x columns]`, one a line. A line that begins with `~` or `?` is one of
  /// several ways to store the same, `~` the one that examples have. In a name `.N.` stands for the
  /// number of a layer and `.E.` for an even one.
  static WeightList parse(String text) {
    List<Entry> entries = new ArrayList<>();
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(
            line -> {
              Rule rule =
                  switch (line.charAt(0)) {
                    case '~' -> Rule.EXAMPLE;
                    case '?' -> Rule.OTHERWISE;
                    default -> Rule.NEEDED;
                  };
              String rest = rule == Rule.NEEDED ? line : line.substring(1);
              int space = rest.indexOf(' ');
              entries.add(
                  new Entry(rule, rest.substring(0, space), Axes.parse(rest.substring(space + 1))));
            });
    return new WeightList(List.copyOf(entries));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// Each as `name [shape]`, with the published sizes.
  List<String> shown(Sizes sizes) {
    return entries.stream()
        .map(
            entry ->
                (entry.rule() == Rule.OTHERWISE ? "or " : "")
                    + entry.name()
                    + " "
                    + entry.axes().shown(sizes))
        .toList();
  }

  /// The shape of each tensor of an example of two layers.
  Map<String, long[]> small(Sizes sizes) {
    Map<String, long[]> small = new LinkedHashMap<>();
    for (Entry entry : entries) {
      if (entry.rule() != Rule.OTHERWISE) {
        long[] shape = entry.axes().small(sizes);
        small.put(entry.name().replace(".N.", ".0.").replace(".E.", ".0."), shape);
        if (entry.name().contains(".N.")) {
          small.put(entry.name().replace(".N.", ".1."), shape);
        }
      }
    }
    return small;
  }

  /// Refuses weights of which one lacks or does not fit the others, before anything is computed.
  ///
  /// @param system its name
  /// @param file that they are from
  void check(String system, String file, Weights weights, Sizes sizes) throws IOException {
    Map<String, Long> bound = new HashMap<>();
    for (Entry entry : entries) {
      if (entry.rule() != Rule.NEEDED) {
        continue;
      }
      String name = entry.name().replace(".N.", ".0.").replace(".E.", ".0.");
      if (!weights.has(name)) {
        throw new FormatException(
            "%s: %s expects a tensor called %s %s, found %s (--prefix takes names that begin with more)"
                .formatted(
                    file,
                    system,
                    FormatException.quote(name),
                    entry.axes().shown(sizes),
                    listed(weights.names())));
      }
      Tensor tensor = weights.tensor(name);
      if (!entry.axes().bind(tensor.shape(), bound)) {
        throw new FormatException(
            "%s: %s expects %s with the shape %s, found %s"
                .formatted(
                    file,
                    system,
                    FormatException.quote(name),
                    entry.axes().expected(bound),
                    Axes.text(tensor.shape())));
      }
    }
  }

  private static String listed(List<String> names) {
    int most = 6;
    if (names.isEmpty()) {
      return "none";
    }
    String shown =
        String.join(", ", names.stream().limit(most).map(FormatException::quote).toList());
    return names.size() > most ? shown + " and " + (names.size() - most) + " more" : shown;
  }
}
