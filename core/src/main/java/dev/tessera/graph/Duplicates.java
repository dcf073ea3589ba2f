package dev.tessera.graph;

/// What becomes of edges with the same two ends.
public enum Duplicates {
  /// They become one. Its weight is the sum of theirs, `acc = acc + w` in float32 in the order of
  /// the list (SciPy's rule); where the edges have no weights, the one has none.
  MERGE,

  /// The first stays, the others go.
  FIRST,

  /// They stay, side by side, in the order of the list.
  KEEP,

  /// They are an error, which names the two ends.
  REFUSE
}
