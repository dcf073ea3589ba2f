package dev.tessera.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A random graph with features, written `RMAT_169343x1150000x128`: of that kind, nodes, pairs that
/// are drawn, and columns.
///
/// @param kind how pairs are drawn
/// @param nodes the number of nodes
/// @param pairs how many pairs are drawn; loops and duplicates go, and both directions count, so
///   that edges are somewhat fewer than twice as many
/// @param dim the number of columns
record HopShape(Kind kind, int nodes, int pairs, int dim) {
  private static final Pattern FORM =
      Pattern.compile("(?<kind>[A-Z]+)_(?<nodes>\\d+)x(?<pairs>\\d+)x(?<dim>\\d+)");

  /// How pairs are drawn; the nodes' numbers are shuffled afterwards.
  enum Kind {
    /// Recursively, quadrants with probabilities .57, .19, .19 and .05: a few nodes have most
    /// edges.
    RMAT,

    /// Four in five within communities of 128 nodes.
    COMMUNITIES
  }

  /// Reads `KIND_NODESxPAIRSxDIM`.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  static HopShape parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a graph is written KIND_NODESxPAIRSxDIM, as in RMAT_169343x1150000x128, not `%s`"
              .formatted(text));
    }
    return new HopShape(
        Kind.valueOf(matcher.group("kind")),
        Integer.parseInt(matcher.group("nodes")),
        Integer.parseInt(matcher.group("pairs")),
        Integer.parseInt(matcher.group("dim")));
  }
}
